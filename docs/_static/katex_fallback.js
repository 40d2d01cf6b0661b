// Used only by a site that was built without node: typesets each formula where it stands.
for (const place of document.querySelectorAll(".math.notranslate")) {
  const number = place.querySelector(".eqno");
  if (number) number.remove();
  katex.render(place.textContent, place, {
    displayMode: place.tagName === "DIV",
    throwOnError: false,
  });
  if (number) place.prepend(number);
}
