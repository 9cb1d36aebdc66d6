/**
 * Slices in a browser and what draws by them: each part alone, then all of them in Chromium.
 *
 * node tests/front/run.mjs        CHROMIUM names the browser, /usr/bin/chromium if unset
 */

import { checks } from "../worker/check.mjs";
import { live } from "./live.mjs";

const PARTS = [live];

const { check, finish } = checks();
for (const part of PARTS) {
  for (const [name, work] of part) await check(name, work);
}
finish();
