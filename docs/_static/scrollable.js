// What scrolls sideways can be reached and scrolled by keyboard; what fits is no stop on the way.
(() => {
  "use strict";

  const wide = "pre, .katex-display, .table-wrapper, .rnn-derivation div.math";

  const mark = () => {
    for (const part of document.querySelectorAll(wide)) {
      if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };

  addEventListener("load", mark);
  addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true);
})();
