/* order.js: what an order costs, kept right while it is written. Without it the server says so before anything is ordered. */
"use strict";
{
  const form = document.querySelector("form.order");
  const place = form.querySelector("[data-totals]");
  const [table, line] = [place.querySelector("table"), place.querySelector("[hidden]")];
  const audiences = form.dataset.audiences.split(" ");
  const audienceOf = Object.fromEntries(form.dataset.kinds.split(" ").map((pair) => pair.split(":")));
  const rates = form.dataset.rates.split(" ").filter(Boolean).map((pair) => pair.split(":").map(Number));
  const cents = (euro) => Math.round(Number(euro) * 100);
  const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value;

  // What only the server can read, other digits or words, is for it to add up: its total stays until it is sent.
  const isReadable = (title) => /^\s*\d{0,4}\s*$/.test(title.querySelector("[name^=copies-]").value);

  // The titles that stay in the order.
  const staying = () =>
    [...form.querySelectorAll("[data-prices]")].filter((title) => !title.querySelector("[name^=out-]").checked);

  const wishes = () =>
    staying().map((title) => ({
      copies: Number(title.querySelector("[name^=copies-]").value),
      prices: title.dataset.prices.split(" ").map(cents),
      charged: Number(title.dataset.charged),
    }));

  // As orders/pricing.py does it: parcels of the heaviest rate, and one for the rest.
  function postage(weight) {
    if (!weight || !rates.length) return 0;
    const [heaviest, price] = rates[rates.length - 1];
    const rest = weight % heaviest;
    const last = rest ? rates.find(([upTo]) => rest <= upTo)[1] : 0;
    return Math.floor(weight / heaviest) * cents(price) + cents(last);
  }

  function total(audience, byPost) {
    const column = audiences.indexOf(audience);
    const all = wishes();
    const price = all.reduce((sum, { copies, prices }) => sum + copies * prices[column], 0);
    return price + (byPost ? postage(all.reduce((sum, { copies, charged }) => sum + copies * charged, 0)) : 0);
  }

  const euro = (amount) => (amount / 100).toFixed(2);
  const words = (amount) =>
    amount ? place.dataset.money.replace("#", euro(amount).replace(".", ",")) : place.dataset.nothing;

  function show() {
    if (!staying().every(isReadable)) return;
    const kind = chosen("requester_kind");
    const shown = [];
    const say = (element, amount) => {
      shown.push(euro(amount));
      element.textContent = words(amount);
    };
    if (kind) {
      say(line.querySelector("output"), total(audienceOf[kind], chosen("delivery") !== "pick_up"));
    } else if (table) {
      for (const row of table.querySelectorAll("[data-audience]")) {
        row.querySelectorAll("td").forEach((cell, way) => say(cell, total(row.dataset.audience, way === 0)));
      }
    }
    for (const element of place.children) element.hidden = kind ? element !== line : element === line;
    form.elements.agreed.value = shown.join(" ");
    const isFree = shown.every((amount) => Number(amount) === 0);
    for (const element of form.querySelectorAll("[data-free]")) element.hidden = !isFree;
    for (const element of form.querySelectorAll("[data-paid]")) element.hidden = isFree;
  }

  form.addEventListener("input", show);
  show();
}
