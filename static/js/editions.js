/* The editions of a publication in the admin: how far a file has been read, and the point of the cover that stays visible. */
"use strict";
{
  const waiting = () => document.querySelectorAll('[data-edition-file][data-state="waiting"]');
  const address = location.pathname.replace(/change\/$/, "files/");

  async function look() {
    if (!waiting().length) return;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const files = await answer.json();
      for (const place of waiting()) {
        const file = files[place.dataset.editionFile];
        if (!file) continue;
        place.textContent = file.text;
        place.dataset.state = file.state;
      }
    }
    setTimeout(look, 2000);
  }

  function focusPoint(frame) {
    const form = frame.closest(".inline-related");
    const x = form.querySelector('[name$="-focus_x"]');
    const y = form.querySelector('[name$="-focus_y"]');
    if (!x || !y) return;
    const mark = document.createElement("span");
    mark.className = "focus__mark";
    frame.append(mark);
    const column = (value) => `${Math.min(100, Math.max(0, Math.round(value)))}`;
    const show = () => {
      mark.style.left = `${x.value}%`;
      mark.style.top = `${y.value}%`;
    };
    const move = (event) => {
      const box = frame.getBoundingClientRect();
      x.value = column(((event.clientX - box.left) / box.width) * 100);
      y.value = column(((event.clientY - box.top) / box.height) * 100);
      show();
    };
    frame.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      frame.setPointerCapture(event.pointerId);
      move(event);
    });
    frame.addEventListener("pointermove", (event) => frame.hasPointerCapture(event.pointerId) && move(event));
    x.addEventListener("input", show);
    y.addEventListener("input", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const frame of document.querySelectorAll("[data-focus]")) focusPoint(frame);
    look();
  });
}
