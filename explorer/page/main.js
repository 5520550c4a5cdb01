// The page: of a server that answers, or of a file that holds everything.

import { begin } from "page/app.js";
import { live } from "page/live.js";
import { recorded } from "page/recorded.js";

const data = JSON.parse(document.getElementById("data").textContent);
begin(document.getElementById("page"), data === "live" ? live() : recorded(data));
