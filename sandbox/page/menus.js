/** Looks after menus that fold out: in sight when opened, closed by a press elsewhere. */

const OPEN = "details.overflow[open], details.several[open]";

/** Follows every menu of the page, also those drawn later. */
export function followMenus() {
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches(OPEN)) target.lastElementChild.scrollIntoView({ block: "nearest" });
  }, true);
  document.addEventListener("pointerdown", ({ target }) => {
    for (const menu of document.querySelectorAll(OPEN)) if (!menu.contains(target)) menu.open = false;
  });
}
