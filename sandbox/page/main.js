/** Starts the page: reads the workspace, follows what changes, and joins the parts. */

import { Api } from "./api.js";
import { icon } from "./icons.js";
import { followMenus } from "./menus.js";
import { Page } from "./page.js";
import { keyOf } from "./place.js";
import { startTheme } from "./theme.js";
import { toast } from "./toast.js";

const byId = (id) => document.getElementById(id);

async function start() {
  startTheme(byId("theme"));
  startSidebar(byId("menu"), byId("frame"));
  byId("theme").append(icon("theme"));
  byId("skip").addEventListener("click", () => document.querySelector("#composer-text, #scroll")?.focus());
  followMenus();
  const api = new Api(keyOf(location.search));
  const page = new Page(api, byId);
  try {
    await page.start();
  } catch (error) {
    toast(error.message);
    page.sayLink(false, "The sandbox is out of reach");
  }
}

function startSidebar(button, frame) {
  button.append(icon("menu"));
  const set = (open) => {
    frame.dataset.menu = open ? "open" : "";
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => set(frame.dataset.menu !== "open"));
  frame.addEventListener("click", (event) => event.target.closest(".side-link, .column") && set(false));
  frame.addEventListener("keydown", (event) => event.key === "Escape" && set(false));
}

start();
