/* The opening hours of a week in the admin: said in words while they are typed, and Monday copied to the days until Friday. */
"use strict";
{
  const PAUSE = 400; // milliseconds without typing before the server is asked
  const waiting = new WeakMap();

  const fields = (week) => [...week.querySelectorAll(".week__day input")];
  const dayOf = (field) => field.name.slice(field.name.lastIndexOf("_") + 1);

  // Only what changes is written: a screen reader says it.
  function say(place, text, wrong) {
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle("week__words--wrong", wrong);
  }

  async function look(week) {
    const sent = new URLSearchParams(fields(week).map((field) => [dayOf(field), field.value]));
    const answer = await fetch(`${week.dataset.words}?${sent}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const said = await answer.json();
    for (const field of fields(week)) {
      const day = said.days[dayOf(field)];
      // Typed on since: another answer is on its way.
      if (field.value !== sent.get(dayOf(field))) continue;
      say(field.parentElement.querySelector("output"), day.error || day.words, Boolean(day.error));
      field.setAttribute("aria-invalid", day.error ? "true" : "false");
    }
    say(week.querySelector(".week__problem"), said.error, Boolean(said.error));
  }

  function lookSoon(week) {
    clearTimeout(waiting.get(week));
    waiting.set(week, setTimeout(() => look(week).catch(() => {}), PAUSE));
  }

  // Whoever writes hours means that they are known.
  function sayThatTheyAreKnown(week) {
    const kind = week.closest(".inline-related, form").querySelector('select[name$="-hours_kind"]');
    if (kind && fields(week).some((field) => field.value.trim())) kind.value = "weekly";
  }

  function copy(week) {
    const [monday, ...others] = fields(week);
    for (const field of others.slice(0, 4)) field.value = monday.value;
    sayThatTheyAreKnown(week);
    look(week).catch(() => {});
  }

  document.addEventListener("input", (event) => {
    const week = event.target.closest("[data-week]");
    if (!week) return;
    sayThatTheyAreKnown(week);
    lookSoon(week);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-week-copy]");
    if (button) copy(button.closest("[data-week]"));
  });

  document.addEventListener("DOMContentLoaded", () => {
    // Also in the empty row from which Django makes new ones.
    for (const button of document.querySelectorAll("[data-week-copy]")) button.hidden = false;
  });
}
