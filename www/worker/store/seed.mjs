/** What the sample stores hold when they open: always the same, for each store its own. */

const SKUS = [
  ["tent-2p", "Velebit tent, two persons", 34900, 19800, "Karst Textil", "standard"],
  ["boot-trek", "Biokovo trekking boots", 18900, 9400, "Calzature Alpe", "standard"],
  ["pack-45", "Risnjak backpack 45 l", 14900, 7100, "Karst Textil", "standard"],
  ["stove-ti", "Titanium stove", 7900, 3600, "Heiwa Metal", "standard"],
  ["jacket-storm", "Bura storm jacket", 22900, 11700, "Nordavind", "standard"],
  ["knife-anniv", "Anniversary knife, numbered", 25900, 14200, "Heiwa Metal", "limited-edition"],
];

// Units of the local currency for one euro cent.
const RATES = { EUR: 1, CNY: 8, JPY: 1.6 };

const CUSTOMERS = {
  HR: [["Marija Babić", "Zagreb", "10000"], ["Josip Klarić", "Samobor", "10430"], ["Lucija Šarić", "Split", "21000"], ["Antun Matošević", "Osijek", "31000"]],
  FR: [["Élise Moreau", "Paris", "75004"], ["Théo Garnier", "Lyon", "69003"], ["Inès Lefèvre", "Versailles", "78000"], ["Paul Rousseau", "Grenoble", "38000"]],
  DE: [["Anke Schulz", "Berlin", "10115"], ["Deniz Yılmaz", "Potsdam", "14467"], ["Karl Brandt", "Leipzig", "04109"], ["Mia Hoffmann", "Dresden", "01067"]],
  CN: [["赵敏 Zhao Min", "上海 Shanghai", "200001"], ["孙丽 Sun Li", "杭州 Hangzhou", "310000"], ["周强 Zhou Qiang", "苏州 Suzhou", "215000"], ["吴婷 Wu Ting", "南京 Nanjing", "210000"]],
  JP: [["田中花子 Tanaka Hanako", "東京 Tokyo", "150-0002"], ["山本翔 Yamamoto Sho", "横浜 Yokohama", "220-0011"], ["中村結衣 Nakamura Yui", "埼玉 Saitama", "330-0854"], ["小林大輔 Kobayashi Daisuke", "千葉 Chiba", "260-0013"]],
};

/** One line for each store: who sells there, and who serves customers. */
export const STORES = [
  { id: "zagreb-01", letter: "Z", title: "Zagreb, Ilica", country: "HR", currency: "EUR", zone: "Europe/Zagreb", sellers: ["u_filip", "u_dora", "u_ivana"], service: "u_dora" },
  { id: "split-01", letter: "T", title: "Split, Riva", country: "HR", currency: "EUR", zone: "Europe/Zagreb", sellers: ["u_filip", "u_stjepan", "u_filip"], service: "u_dora" },
  { id: "paris-01", letter: "P", title: "Paris, Rivoli", country: "FR", currency: "EUR", zone: "Europe/Paris", sellers: ["u_sophie", "u_hugo", "u_sophie"], service: "u_sophie" },
  { id: "lyon-01", letter: "L", title: "Lyon, Part-Dieu", country: "FR", currency: "EUR", zone: "Europe/Paris", sellers: ["u_sophie", "u_hugo", "u_hugo"], service: "u_sophie" },
  { id: "berlin-01", letter: "B", title: "Berlin, Mitte", country: "DE", currency: "EUR", zone: "Europe/Berlin", sellers: ["u_filip", "u_lena", "u_jan"], service: "u_dora" },
  { id: "shanghai-01", letter: "S", title: "Shanghai, Nanjing Road", country: "CN", currency: "CNY", zone: "Asia/Shanghai", sellers: ["u_li", "u_chen", "u_li"], service: "u_li" },
  { id: "hangzhou-01", letter: "H", title: "Hangzhou, online", country: "CN", currency: "CNY", zone: "Asia/Shanghai", sellers: ["hangzhou:he", "hangzhou:lin", "hangzhou:mei"], service: "hangzhou:mei" },
  { id: "tokyo-01", letter: "J", title: "Tokyo, Shibuya", country: "JP", currency: "JPY", zone: "Asia/Tokyo", sellers: ["u_ken", "u_yumi", "u_ken"], service: "u_ken" },
];

const DEPARTMENTS = ["night-sales", "day-sales", "service"];
const STATUSES = ["paid", "paid", "packed", "shipped", "delivered", "paid"];

/** A store's records, each under its kind and id. */
export function seed(store, index) {
  const price = (cents) => Math.round((cents * RATES[store.currency]) / 100) * 100;
  const products = SKUS.map(([sku, title, cents, cost, supplier, productClass], at) => ({
    id: sku,
    sku: `${store.letter}-${sku}`,
    title,
    description: `${title}. Made for the weather of the Dinaric Alps.`,
    price: price(cents),
    stock: 12 + ((index * 7 + at * 11) % 40),
    categories: [at < 3 ? "shelter-and-feet" : "kitchen-and-rain"],
    images: [`/media/${sku}.jpg`],
    published: true,
    cost: price(cost),
    supplier,
    product_class: productClass,
  }));
  const customers = CUSTOMERS[store.country].map((told, at) => customer(store, index, told, at));
  const orders = STATUSES.map((status, at) => order(store, index, at, status, products, customers));
  return { store, products, customers, orders, ...rest(store, index, orders, customers) };
}

function customer({ letter, service }, index, [name, city, postcode], at) {
  const slug = `customer-${letter.toLowerCase()}${at + 1}`;
  const address = { name, street: `${city} street ${at * 4 + 3}`, city, postcode };
  return {
    id: `c-${letter}${at + 1}`,
    created_at: `2025-0${at + 3}-1${at}T10:00:00Z`,
    groups: at === 0 ? ["regulars"] : [],
    name,
    email: `${slug}@mail.example`,
    phone: `+385 1 555 0${index}${at}`,
    shipping_addresses: [address],
    billing_addresses: [{ ...address, company: at === 1 ? "Klarić d.o.o." : undefined }],
    tax_id: `TX-${index}${at}4471`,
    stored_cards: [`•••• ${4000 + index * 10 + at}`],
    date_of_birth: `198${at}-05-1${at}`,
    government_id: `ID-${index}-${at}-88213`,
    private_notes: at === 2 ? "Prefers to be called in the evening." : "",
    ip_history: [`198.51.100.${130 + index * 4 + at}`],
    orders_count: at + 2,
    total_spent: 41800 * (at + 1),
    last_order: `${letter}-${1001 + at}`,
    assignee: service,
  };
}

function order(store, index, at, status, products, customers) {
  const bought = [products[at % 5], products[(at + 2) % 5]];
  const buyer = customers[at % customers.length];
  const items = bought.map((product, line) => ({
    sku: product.sku,
    name: product.title,
    quantity: line + 1,
    price: product.price,
    cost: product.cost,
  }));
  const total = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  const cost = items.reduce((sum, item) => sum + item.cost * item.quantity, 0);
  const [shipTo] = buyer.shipping_addresses;
  return {
    id: `${store.letter}-${1001 + at}`,
    number: `2026-${store.letter}${1001 + at}`,
    status,
    created_at: `2026-0${at < 3 ? 3 : 2}-0${(at % 3) + 1}T0${6 + (at % 3)}:15:00Z`,
    currency: store.currency,
    total,
    refunded: 0,
    items,
    notes: at === 0 ? ["Customer asks for delivery after 17:00."] : [],
    customer: { id: buyer.id, name: buyer.name, email: buyer.email, phone: buyer.phone },
    shipping_address: shipTo,
    billing_address: buyer.billing_addresses[0],
    billing: { company: buyer.billing_addresses[0].company ?? null, tax_id: buyer.tax_id },
    payments: [{ card: buyer.stored_cards[0], gateway_ref: `gw_${store.letter}${at}9f2`, fee: Math.round(total * 0.014) }],
    margin: total - cost,
    risk: { score: (index * 13 + at * 17) % 60, flags: at === 4 ? ["address differs"] : [] },
    client_ip: buyer.ip_history[0],
    assignee: store.sellers[at % store.sellers.length],
    department: DEPARTMENTS[at % DEPARTMENTS.length],
  };
}

function rest({ id, letter, service, currency, title }, index, orders, customers) {
  return {
    tickets: [
      { id: `t-${letter}1`, status: "open", subject: "Where is my parcel?", assignee: service, history: ["opened by e-mail"], customer: { name: customers[0].name, email: customers[0].email }, customer_id: customers[0].id, order_id: orders[0].id },
      { id: `t-${letter}2`, status: "closed", subject: "Wrong size", assignee: service, history: ["exchanged"], customer: { name: customers[1].name, email: customers[1].email }, customer_id: customers[1].id, order_id: orders[1].id },
    ],
    messages: [
      { id: `m-${letter}1`, sent_at: "2026-03-01T18:20:00Z", body: "Has my order left yet?", order_id: orders[0].id, from: { email: customers[0].email, phone: customers[0].phone } },
    ],
    checkouts: [
      { id: `k-${letter}1`, created_at: "2026-03-01T21:05:00Z", currency, total: orders[2].total, items: [{ sku: `${letter}-stove-ti`, quantity: 1 }], email: customers[3].email, phone: customers[3].phone, shipping_address: customers[3].shipping_addresses[0], recovered: false },
    ],
    pipelines: [{ id: "trade", title: "Trade customers", stages: ["lead", "offer", "won"] }],
    giftcards: [{ id: `g-${letter}1`, balance: 5000, currency, expires_at: "2027-03-01", code: `ATLAS-${letter}${index}7Q-44XD` }],
    campaigns: [{ id: "spring", title: "Spring on the ridge", status: "draft", audience: "regulars" }],
    discounts: [{ id: "d-1", code: "SPRING", percent: 1000, status: "active" }],
    pages: [{ id: "about", title: "About Atlas", status: "published", body: "Made for the weather." }],
    theme: { id: "theme", colours: "karst", code_lines: 1834, status: "published" },
    channels: [{ id: "web", title: "Web shop", status: "open" }, { id: "market", title: "Marketplace", status: "open" }],
    apps: [{ id: "app_parcel", name: "Parcel", permissions: ["order.ship", "customer.view"], secret: `sk_${letter}_51c0`, token: `tok_${letter}_77aa` }],
    transactions: orders.map((order, at) => ({ id: `tr-${letter}${at + 1}`, at: order.created_at, kind: "sale", amount: order.total, currency, destination: { account_number: `HR12 1001 0051 8630 0${index}` } })),
    invoices: orders.slice(0, 3).map((order, at) => ({ id: `in-${letter}${at + 1}`, number: `${letter}-2026-${at + 1}`, issued_at: order.created_at, currency, total: order.total, bill_to: order.billing_address })),
    grants: [],
    outsideGrants: [],
    settings: { id, name: `Atlas Outdoor, ${title}`, locale: "en", time_zone: "local", shipping: "standard and express", tax: "included", plan: { payment_method: "•••• 4411", invoices: ["2026-02"] } },
  };
}

/** What belongs to no single store. */
export function seedTenant() {
  return {
    brands: {
      "brand-main": { id: "brand-main", network: "instagram", handle: "@atlas.outdoor", posts: [{ id: "post-1", text: "The ridge at dawn.", status: "draft" }], access_token: "IGQ-main-secret", password: "not for people" },
      "brand-outlet": { id: "brand-outlet", network: "instagram", handle: "@atlas.outlet", posts: [], access_token: "IGQ-outlet-secret", password: "not for people" },
    },
    entries: [
      { id: "e-1", at: "2026-02-28", account: "4000 sales", amount: 1284000, currency: "EUR", text: "Sales of week 9" },
      { id: "e-2", at: "2026-02-28", account: "6100 freight", amount: -84300, currency: "EUR", text: "Parcel services, February" },
    ],
    billing: { id: "atlas", plan: "Business", next_invoice: "2026-04-01", currency: "EUR", amount: 29900 },
  };
}
