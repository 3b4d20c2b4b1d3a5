/* share.js: what only a script can do: copy with one press, and the phone's own sharing. Without it all else still works. */
"use strict";
{
  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button--quiet";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };

  if (navigator.clipboard) {
    for (const line of document.querySelectorAll("[data-copy]")) {
      const said = document.createElement("span");
      said.className = "soft";
      said.setAttribute("role", "status");
      const row = document.createElement("p");
      row.className = "copyable__row";
      row.append(
        button(line.dataset.copy, async () => {
          await navigator.clipboard.writeText(line.textContent.trim());
          said.textContent = line.dataset.copied;
          setTimeout(() => { said.textContent = ""; }, 4000);
        }),
        said,
      );
      line.after(row);
    }
  }

  if (navigator.share) {
    for (const place of document.querySelectorAll("[data-share]")) {
      const { title, address } = place.dataset;
      place.prepend(button(place.dataset.share, () => navigator.share({ title, url: address }).catch(() => {})));
    }
  }
}
