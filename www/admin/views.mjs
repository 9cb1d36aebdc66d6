/**
 * What the admin of a store can show and do. Nothing here says who may: that is the policy's
 * word, and each control is asked for where it stands.
 *
 * A control: the permission it needs, the request it sends, and what a person fills in first.
 */

const order = "/orders/:id";
const customer = "/customers/:id";
const product = "/products/:id";

const text = (name, label, value) => ({ name, label, value, kind: "text" });
const percent = (value) => ({ name: "percent", label: "Percent", value, kind: "percent" });
const money = (value, name = "amount") => ({ name, label: "Amount", value, kind: "money" });
const whole = (name, label, value) => ({ name, label, value, kind: "whole" });
const choice = (name, label, options) => ({ name, label, options, value: options[0], kind: "choice" });

const withCurrency = ({ amount }, { currency }) => ({ amount, currency });

/** Everything, section by section. `scope` is the store's unless a section has its own. */
export const SECTIONS = [
  {
    id: "orders",
    title: "Orders",
    lists: [
      {
        title: "Orders",
        type: "order",
        permission: "order.view",
        path: "/orders",
        columns: ["number", "customer.name", "status", "total", "assignee"],
        fields: [
          { label: "Status", path: "status", group: "order.core" },
          { label: "Total", path: "total", group: "order.core", as: "money" },
          { label: "Refunded", path: "refunded", group: "order.progress", as: "money" },
          { label: "Items", path: "items", group: "order.core", as: "items" },
          { label: "Notes", path: "notes", group: "order.core", as: "lines" },
          { label: "Customer", path: "customer.name", group: "order.contact" },
          { label: "E-mail", path: "customer.email", group: "order.contact" },
          { label: "Delivery address", path: "shipping_address", group: "order.contact", as: "address" },
          { label: "Billing address", path: "billing_address", group: "order.billing", as: "address" },
          { label: "Tax number", path: "billing.tax_id", group: "order.billing" },
          { label: "Card", path: "payments.0.card", group: "order.payment" },
          { label: "Margin", path: "margin", group: "order.margin", as: "money" },
          { label: "Risk score", path: "risk.score", group: "order.risk" },
        ],
        controls: [
          { id: "status", label: "Change status", permission: "order.status.edit", method: "PUT", path: `${order}/status`, inputs: [choice("status", "Status", ["packed", "paid", "shipped"])] },
          { id: "note", label: "Add note", permission: "order.note.edit", method: "POST", path: `${order}/notes`, inputs: [text("text", "Note", "Called the customer.")] },
          { id: "address", label: "Correct address", permission: "order.details.edit", method: "PATCH", path: order, inputs: [text("street", "Street", "Ilica 12")], body: ({ street }) => ({ shipping_address: { street } }), writes: ["$.shipping_address"] },
          { id: "tax", label: "Change tax number", permission: "order.details.edit", method: "PATCH", path: order, inputs: [text("tax_id", "Tax number", "TX-90001")], body: ({ tax_id }) => ({ billing: { tax_id } }), writes: ["$.billing.tax_id"] },
          { id: "discount", label: "Apply discount", permission: "order.discount.apply", method: "POST", path: `${order}/discount`, inputs: [percent(500)], measure: "percent" },
          { id: "ship", label: "Ship", permission: "order.ship", method: "POST", path: `${order}/ship` },
          { id: "label", label: "Buy label", permission: "order.label.buy", method: "POST", path: `${order}/label`, inputs: [money(900)], body: withCurrency, measure: "money" },
          { id: "return", label: "Process return", permission: "order.return.process", method: "POST", path: `${order}/return` },
          { id: "refund", label: "Refund", permission: "order.refund", method: "POST", path: `${order}/refund`, inputs: [money(5000)], body: withCurrency, measure: "money", weight: "danger" },
          { id: "paid", label: "Mark as paid", permission: "order.mark_paid", method: "POST", path: `${order}/paid`, inputs: [money(10000)], body: withCurrency, measure: "money" },
          { id: "capture", label: "Capture payment", permission: "order.capture", method: "POST", path: `${order}/capture`, inputs: [money(10000)], body: withCurrency, measure: "money" },
          { id: "cancel", label: "Cancel", permission: "order.cancel", method: "POST", path: `${order}/cancel`, weight: "danger" },
          { id: "delete", label: "Delete", permission: "order.delete", method: "DELETE", path: order, weight: "danger" },
        ],
      },
      {
        title: "Abandoned checkouts",
        type: "checkout",
        permission: "checkout.abandoned.view",
        path: "/checkouts",
        columns: ["id", "email", "total"],
        fields: [
          { label: "Total", path: "total", group: "checkout.core", as: "money" },
          { label: "E-mail", path: "email", group: "checkout.contact" },
        ],
        controls: [
          { id: "recover", label: "Send recovery message", permission: "checkout.abandoned.recover", method: "POST", path: "/checkouts/:id/recover" },
        ],
      },
    ],
    controls: [
      { id: "draft", label: "New draft order", permission: "order.draft.edit", method: "POST", path: "/orders", body: () => ({ items: [] }) },
      { id: "export-orders", label: "Export orders", permission: "order.export", method: "GET", path: "/exports/orders" },
    ],
  },
  {
    id: "customers",
    title: "Customers",
    lists: [
      {
        title: "Customers",
        type: "customer",
        permission: "customer.view",
        path: "/customers",
        columns: ["name", "email", "phone", "orders_count"],
        fields: [
          { label: "Name", path: "name", group: "customer.contact" },
          { label: "E-mail", path: "email", group: "customer.contact" },
          { label: "Telephone", path: "phone", group: "customer.contact" },
          { label: "Orders", path: "orders_count", group: "customer.history" },
          { label: "Billing address", path: "billing_addresses.0", group: "customer.billing", as: "address" },
          { label: "Tax number", path: "tax_id", group: "customer.billing" },
          { label: "Date of birth", path: "date_of_birth", group: "customer.sensitive" },
          { label: "Private notes", path: "private_notes", group: "customer.sensitive" },
        ],
        controls: [
          { id: "phone", label: "Change telephone", permission: "customer.update", method: "PATCH", path: customer, inputs: [text("phone", "Telephone", "+385 1 555 0199")], writes: ["$.phone"] },
          { id: "delete-customer", label: "Delete", permission: "customer.delete", method: "DELETE", path: customer, weight: "danger" },
        ],
      },
    ],
    controls: [
      { id: "export-customers", label: "Export customers", permission: "customer.export", method: "GET", path: "/exports/customers" },
    ],
  },
  {
    id: "service",
    title: "Service",
    lists: [
      {
        title: "Tickets",
        type: "ticket",
        permission: "ticket.view",
        path: "/tickets",
        columns: ["id", "subject", "status", "assignee"],
        fields: [
          { label: "Subject", path: "subject", group: "ticket.core" },
          { label: "Customer", path: "customer.name", group: "ticket.customer" },
          { label: "History", path: "history", group: "ticket.core", as: "lines" },
        ],
        controls: [
          { id: "reply-status", label: "Set status", permission: "ticket.update", method: "PATCH", path: "/tickets/:id", inputs: [choice("status", "Status", ["open", "closed"])], writes: ["$.status"] },
          { id: "assign", label: "Assign", permission: "ticket.assign", method: "PUT", path: "/tickets/:id/assignee", inputs: [text("assignee", "Member", "u_dora")] },
        ],
      },
      {
        title: "Messages",
        type: "message",
        permission: "message.customer.read",
        path: "/messages",
        columns: ["sent_at", "body", "from.email"],
        fields: [
          { label: "Message", path: "body", group: "message.core" },
          { label: "From", path: "from.email", group: "message.contact" },
        ],
      },
    ],
    controls: [
      { id: "message", label: "Write to customer", permission: "message.customer.send", method: "POST", path: "/messages", inputs: [text("body", "Message", "Your parcel leaves today.")] },
      { id: "pipeline", label: "Rename pipeline", permission: "pipeline.manage", method: "PUT", path: "/pipelines/trade", inputs: [text("title", "Title", "Trade customers")] },
    ],
  },
  {
    id: "catalogue",
    title: "Catalogue",
    lists: [
      {
        title: "Products",
        type: "product",
        permission: "catalog.view",
        path: "/products",
        columns: ["title", "price", "stock", "product_class"],
        fields: [
          { label: "Price", path: "price", group: "product.core", as: "money" },
          { label: "Stock", path: "stock", group: "product.core" },
          { label: "Cost", path: "cost", group: "product.cost", as: "money" },
          { label: "Supplier", path: "supplier", group: "product.cost" },
        ],
        controls: [
          { id: "price", label: "Raise price", permission: "catalog.price.edit", method: "PUT", path: `${product}/price`, inputs: [percent(500)], body: ({ percent: by }) => ({ percent: by, direction: "up" }), measure: "percent" },
          { id: "stock", label: "Add stock", permission: "catalog.stock.edit", method: "PUT", path: `${product}/stock`, inputs: [whole("quantity", "Items", 10)], measure: "quantity" },
          { id: "title", label: "Edit listing", permission: "catalog.listing.edit", method: "PATCH", path: product, inputs: [text("title", "Title", "Velebit tent, two persons")], writes: ["$.title"] },
          { id: "publish", label: "Publish", permission: "catalog.listing.publish", method: "POST", path: `${product}/publish` },
          { id: "images", label: "Change images", permission: "media.edit", method: "PUT", path: `${product}/images`, body: () => ({ images: ["/media/new.jpg"] }) },
          { id: "delete-product", label: "Delete", permission: "catalog.delete", method: "DELETE", path: product, weight: "danger" },
        ],
      },
      {
        title: "Gift cards",
        type: "giftcard",
        permission: "giftcard.view",
        path: "/giftcards",
        columns: ["id", "balance", "expires_at"],
        fields: [
          { label: "Balance", path: "balance", group: "giftcard.core", as: "money" },
          { label: "Code", path: "code", group: "giftcard.code" },
        ],
      },
    ],
    controls: [
      { id: "create", label: "New product", permission: "catalog.create", method: "POST", path: "/products", inputs: [text("title", "Title", "Mosor head torch")] },
      { id: "giftcard", label: "Issue gift card", permission: "giftcard.issue", method: "POST", path: "/giftcards", inputs: [money(5000)], body: withCurrency, measure: "money" },
    ],
  },
  {
    id: "growth",
    title: "Marketing and website",
    lists: [
      { title: "Campaigns", type: "marketing", permission: "marketing.campaign.view", path: "/campaigns", columns: ["title", "status", "audience"], fields: [{ label: "Audience", path: "audience", group: "marketing.core" }],
        controls: [
          { id: "campaign", label: "Set status", permission: "marketing.campaign.manage", method: "PUT", path: "/campaigns/:id", inputs: [choice("status", "Status", ["running", "draft"])] },
        ] },
      { title: "Discounts", type: "discount", permission: "discount.view", path: "/discounts", columns: ["code", "percent", "status"], fields: [{ label: "Percent", path: "percent", group: "discount.core", as: "percent" }] },
    ],
    controls: [
      { id: "new-discount", label: "New discount", permission: "discount.manage", method: "POST", path: "/discounts", inputs: [text("code", "Code", "RIDGE"), percent(1000)], measure: "percent" },
      { id: "newsletter", label: "Send newsletter", permission: "newsletter.send", method: "POST", path: "/newsletters", inputs: [text("subject", "Subject", "Spring on the ridge")] },
      { id: "page", label: "Edit page", permission: "content.page.edit", method: "PUT", path: "/pages/about", inputs: [text("title", "Title", "About Atlas")] },
      { id: "page-publish", label: "Publish page", permission: "content.page.publish", method: "POST", path: "/pages/about/publish" },
      { id: "theme", label: "Change theme colours", permission: "theme.edit", method: "PUT", path: "/theme", inputs: [choice("colours", "Colours", ["karst", "adriatic"])] },
      { id: "theme-code", label: "Edit theme code", permission: "theme.code.edit", method: "PUT", path: "/theme/code", inputs: [whole("code_lines", "Lines", 1835)] },
      { id: "theme-publish", label: "Publish theme", permission: "theme.publish", method: "POST", path: "/theme/publish" },
      { id: "channel", label: "Close marketplace", permission: "channel.manage", method: "PUT", path: "/channels/market", body: () => ({ status: "closed" }) },
    ],
  },
  ...["brand-main", "brand-outlet"].map((account) => ({
    id: account,
    title: account === "brand-main" ? "@atlas.outdoor" : "@atlas.outlet",
    scope: account,
    base: "/api/brands",
    lists: [
      { title: "Brand account", type: "social", permission: "social.view", path: `/${account}`, columns: ["handle", "network"],
        fields: [
          { label: "Posts", path: "posts", group: "social.core", as: "posts" },
          { label: "Access token", path: "access_token", group: "social.credential" },
        ] },
    ],
    controls: [
      { id: "post-draft", label: "Draft post", permission: "social.draft", method: "POST", path: `/${account}/posts`, inputs: [text("text", "Text", "First snow on Velebit.")] },
      { id: "post-publish", label: "Publish first post", permission: "social.publish", method: "POST", path: `/${account}/posts/post-1/publish` },
      { id: "connect", label: "Connect anew", permission: "social.account.connect", method: "POST", path: `/${account}/connect`, weight: "danger" },
    ],
  })),
  {
    id: "reports",
    title: "Reports",
    lists: [
      ["Operations", "report.view", "operations"],
      ["Sales", "report.sales.view", "sales"],
      ["Whole store", "report.store_wide.view", "whole-store"],
      ["Financial", "report.financial.view", "financial"],
    ].map(([title, permission, path]) => ({
      title,
      type: "report",
      permission,
      path: `/reports/${path}`,
      columns: ["title", "period", "counts.orders", "revenue"],
      fields: [
        { label: "Orders", path: "counts.orders", group: "report.core" },
        { label: "Revenue", path: "revenue", group: "report.money", as: "money" },
        { label: "Profit", path: "profit", group: "report.money", as: "money" },
      ],
    })),
    controls: [
      { id: "generate", label: "Generate report", permission: "report.generate", method: "POST", path: "/reports", body: () => ({}) },
      { id: "export-reports", label: "Export reports", permission: "report.export", method: "GET", path: "/exports/reports" },
    ],
  },
  {
    id: "funds",
    title: "Funds",
    lists: [
      { title: "Transactions", type: "transaction", permission: "funds.transaction.view", path: "/funds/transactions", columns: ["at", "kind", "amount"],
        fields: [
          { label: "Amount", path: "amount", group: "transaction.core", as: "money" },
          { label: "Account", path: "destination.account_number", group: "transaction.account" },
        ] },
      { title: "Invoices", type: "invoice", permission: "invoice.view", path: "/invoices", columns: ["number", "total", "issued_at"],
        fields: [
          { label: "Total", path: "total", group: "invoice.core", as: "money" },
          { label: "Bill to", path: "bill_to", group: "invoice.billing", as: "address" },
        ] },
    ],
    controls: [
      { id: "withdraw", label: "Withdraw", permission: "funds.withdraw", method: "POST", path: "/funds/withdraw", inputs: [money(100000), text("reference", "Reference", "w-2026-10")], body: ({ amount, reference }, { currency }) => ({ amount, currency, reference }), measure: "money", resource: ({ reference }) => ({ type: "transaction", id: reference }), weight: "danger" },
      { id: "payout", label: "Change payout account", permission: "funds.payout_account.edit", method: "PUT", path: "/funds/payout-account", body: () => ({}), weight: "danger" },
    ],
  },
  {
    id: "books",
    title: "Accounting",
    scope: "books",
    base: "/api",
    lists: [
      { title: "Entries", type: "accounting", permission: "accounting.access", path: "/books/entries", columns: ["at", "account", "amount", "text"],
        fields: [{ label: "Text", path: "text", group: "accounting.core" }] },
    ],
    controls: [
      { id: "entry", label: "Add entry", permission: "accounting.entry.edit", method: "POST", path: "/books/entries", inputs: [text("account", "Account", "4000 sales"), whole("amount", "Cents", 129900)], body: (filled) => ({ ...filled, currency: "EUR", text: "Sales" }) },
      { id: "export-books", label: "Export books", permission: "accounting.export", method: "GET", path: "/books/export" },
    ],
  },
  {
    id: "staff",
    title: "Staff",
    lists: [
      { title: "People of this store", type: "staff", permission: "staff.view", path: "/staff", columns: ["name", "roles.0", "status"],
        fields: [
          { label: "Post", path: "roles.0", group: "staff.core" },
          { label: "Second factor", path: "second_factor", group: "staff.security" },
          { label: "Last address", path: "last_login_ip", group: "staff.security" },
        ],
        controls: [
          { id: "suspend", label: "Suspend", permission: "staff.suspend", method: "POST", path: "/staff/:id/suspend", acts: true, weight: "danger" },
          { id: "remove", label: "Remove", permission: "staff.remove", method: "DELETE", path: "/staff/:id", acts: true, weight: "danger" },
          { id: "grant", label: "Grant order view", permission: "permission.grant", method: "POST", path: "/grants", proposes: true },
        ] },
      { title: "The log", type: "audit", permission: "audit.view", base: "/api", scope: "atlas", path: "/audit", columns: ["subject", "permission", "outcome", "reason"], fields: [{ label: "Reason", path: "reason", group: "audit.core" }] },
    ],
    controls: [
      { id: "add-staff", label: "Add staff", permission: "staff.add", method: "POST", path: "/staff", inputs: [text("name", "Name", "Nika Radman")], body: ({ name }) => ({ name, post: "Front line" }) },
    ],
  },
  {
    id: "settings",
    title: "Settings",
    lists: [
      { title: "Settings", type: "settings", permission: "settings.view", path: "/settings", columns: ["name", "locale", "tax"],
        fields: [
          { label: "Shipping", path: "shipping", group: "settings.core" },
          { label: "Payment method of the plan", path: "plan.payment_method", group: "settings.billing" },
        ] },
      { title: "Apps", type: "app", permission: "app.view", path: "/apps", columns: ["name", "id"],
        fields: [
          { label: "May", path: "permissions", group: "app.core", as: "lines" },
          { label: "Secret", path: "secret", group: "app.secret" },
        ],
        controls: [{ id: "configure", label: "Rename", permission: "app.configure", method: "PUT", path: "/apps/:id", inputs: [text("name", "Name", "Parcel")] }] },
      { title: "What the platform charges", type: "store", permission: "store.billing.view", base: "/api", scope: "atlas", path: "/billing", columns: ["plan", "next_invoice", "amount"], fields: [{ label: "Plan", path: "plan", group: "store.billing" }] },
      { title: "My access", type: "access", permission: "access.self.view", base: "/api", scope: "atlas", path: "/me/access", columns: ["member"], fields: [{ label: "Training items", path: "training", group: "access.core", as: "lines" }] },
    ],
    controls: [
      { id: "locale", label: "Change locale", permission: "settings.manage", method: "PATCH", path: "/settings", inputs: [choice("locale", "Locale", ["en", "hr"])], writes: ["$.locale"] },
      { id: "delete-store", label: "Delete the store", permission: "store.delete", method: "DELETE", path: "", weight: "danger" },
    ],
  },
];
