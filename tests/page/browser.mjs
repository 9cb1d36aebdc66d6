/** Opens the page for a member, and notes everything that goes wrong on it. */

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url of the worker
 * @param {string} member
 * @param {object} [options] of the browser's context
 * @param {(context: import("playwright-core").BrowserContext) => Promise<void>} [prepare]
 */
export async function open(browser, url, member, options = {}, prepare = () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await prepare(context);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("console", (message) => {
    // A refusal is an answer; the browser calls every 401 and 403 an error all the same.
    const refused = /status of 40[139]/.test(message.text());
    if (message.type() === "error" && !refused) page.errors.push(message.text());
  });
  await page.goto(`${url}/?member=${encodeURIComponent(member)}`);
  await page.waitForSelector("main[aria-busy=false] h1");
  return page;
}

/** What a person still reads when what they did has come to its end. */
export async function told(page) {
  await page.waitForSelector("[data-sending='0'] main[aria-busy=false]");
  return page.locator("#status").textContent();
}
