/** The shop: what it sells, for anybody; and for staff the plugins that are installed in it. */

import { byId, h, say } from "./dom.mjs";
import { startPlugins } from "./host.mjs";
import { chooseMember, people, sliceKeys, Staff } from "./staff.mjs";

const wishes = new URLSearchParams(location.search);
const storeId = wishes.get("store") ?? "zagreb-01";

let store;
let shown = [];
let inBag = 0;
let stopPlugins = () => {};

async function load() {
  const answer = await fetch(`/shop/catalogue/${encodeURIComponent(storeId)}`);
  if (!answer.ok) throw new Error(`the catalogue's answer is ${answer.status}`);
  const told = await answer.json();
  store = told.store;
  byId("where").textContent = store.title;
  byId("count").textContent = `${told.products.length} things`;
  draw(told.products);
}

const money = (cents) =>
  new Intl.NumberFormat("en-IE", { style: "currency", currency: store.currency }).format(
    cents / 100,
  );

/** A product that is on the page already keeps its element, so that nobody loses their place. */
function draw(products) {
  const known = new Map(shown.map((one) => [one.product.id, one]));
  shown = products.map((product) => {
    const one = known.get(product.id) ?? card(product);
    one.product = product;
    one.price.textContent = money(product.price);
    return one;
  });
  const elements = shown.map(({ element }) => element);
  const list = byId("list");
  if (elements.some((element, at) => list.children[at] !== element)) {
    list.replaceChildren(...elements);
  }
  list.setAttribute("aria-busy", "false");
}

function card({ id, title, description, stock }) {
  const heading = h("h3", { id: `product-${id}` }, title);
  const price = h("span", { class: "price" });
  const isFew = stock < 15;
  const left = isFew ? `Only ${stock} left` : "In stock";
  const place = h("div", { class: "money" }, price);
  const add = h("button", { type: "button", class: "add", "aria-describedby": heading.id }, "Add");
  add.addEventListener("click", () => {
    inBag += 1;
    byId("bag-count").textContent = String(inBag);
    byId("bag").setAttribute("aria-label", `Bag, ${inBag} ${inBag === 1 ? "thing" : "things"}`);
    say(`${title} is in your bag.`);
  });
  const element = h(
    "li",
    { class: "product", "data-product": id },
    h("img", { src: `/shop/media/${id}.svg`, alt: "", width: 480, height: 360 }),
    h(
      "div",
      { class: "about" },
      heading,
      h("p", {}, description.replace(`${title}. `, "")),
      place,
      h(
        "div",
        { class: "buy" },
        h("span", { class: isFew ? "stock few" : "stock" }, left),
        add,
      ),
    ),
  );
  return { element, price, place };
}

async function signIn(member) {
  stopPlugins();
  const [staff, keys, all] = await Promise.all([Staff.open(member), sliceKeys(), people()]);
  const person = all.find(({ id }) => id === member) ?? { name: member, post: "" };
  byId("staff-name").textContent = person.name;
  byId("staff-post").textContent = person.post;
  byId("staff").hidden = false;
  byId("sign-in").hidden = true;
  const products = () => shown.map((one) => ({ ...one }));
  stopPlugins = await startPlugins({ staff, store, keys, products, reload: load });
  document.documentElement.dataset.staff = member;
  say(`You are signed in as ${person.name}.`);
}

byId("sign-out").addEventListener("click", () => {
  stopPlugins();
  stopPlugins = () => {};
  delete document.documentElement.dataset.staff;
  byId("staff").hidden = true;
  byId("sign-in").hidden = false;
  byId("sign-in").focus();
  say("You are signed out.");
});
byId("sign-in").addEventListener("click", async () => {
  const member = await chooseMember();
  if (member !== undefined) await signIn(member);
});

try {
  await load();
  if (wishes.has("member")) await signIn(wishes.get("member"));
} catch (error) {
  byId("list").setAttribute("aria-busy", "false");
  byId("count").textContent = "The shop cannot be shown at present. Please come back in a while.";
  console.error(error);
}
