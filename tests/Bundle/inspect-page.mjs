// Opens a page in Chromium and prints what a person, a screen reader and a printer would find, as JSON.
// node inspect-page.mjs CHROMIUM PAGE [SCREENSHOT WIDTH HEIGHT]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [chromium, path, screenshot, screenshotWidth, screenshotHeight] = process.argv.slice(2);
const address = pathToFileURL(path).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"] });
try {
  const page = await browser.newPage();
  const messages = [], requests = [], dialogs = [];
  page.on("console", message => messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", error => messages.push(`error: ${error.message}`));
  page.on("request", request => requests.push(request.url()));
  page.on("dialog", dialog => { dialogs.push(dialog.message()); dialog.dismiss(); });

  await page.setViewport({ width: 1100, height: 1400 });
  await page.goto(address, { waitUntil: "load" });
  const structure = await page.evaluate(() => ({
    title: document.title,
    lang: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map(heading => `${heading.tagName.toLowerCase()} ${heading.textContent.trim()}`),
    landmarks: ["header", "nav", "main", "footer"].filter(name => document.querySelectorAll(`body > ${name}`).length === 1),
    captions: [...document.querySelectorAll("table")].map(table => table.caption?.textContent.trim() ?? ""),
    headersWithoutScope: document.querySelectorAll("th:not([scope])").length,
    elements: [...new Set([...document.querySelectorAll("*")].map(element => element.tagName.toLowerCase()))].sort(),
    attributes: [...new Set([...document.querySelectorAll("*")].flatMap(element => element.getAttributeNames()))].sort(),
    links: [...document.querySelectorAll("a")].map(link => link.getAttribute("href")),
    brokenAnchors: [...document.querySelectorAll('a[href^="#"]')].filter(link => !document.getElementById(link.getAttribute("href").slice(1))).length,
    text: document.body.innerText,
    ran: window.ran === true,
  }));

  await page.keyboard.press("Tab");
  const firstFocus = await page.evaluate(() => document.activeElement.textContent);

  await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
  await page.goto(address, { waitUntil: "load" });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  if (screenshot) {
    await page.setViewport({ width: Number(screenshotWidth ?? 1100), height: Number(screenshotHeight ?? 1400) });
    await page.goto(address, { waitUntil: "load" });
    await page.screenshot({ path: screenshot });
  }

  const violations = [];
  await page.setBypassCSP(true);
  for (const width of [1100, 360]) {
    await page.setViewport({ width, height: 900 });
    await page.goto(address, { waitUntil: "load" });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations);
    violations.push(...found.map(violation => `${width}: ${violation.id}: ${violation.nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ")}`));
  }

  await page.emulateMediaType("print");
  const navigationInPrint = await page.evaluate(() => getComputedStyle(document.querySelector("nav")).display);
  const pdf = await page.pdf({ format: "A4" });
  console.log(JSON.stringify({
    ...structure, firstFocus, messages, dialogs, overflow, violations, navigationInPrint,
    foreign: requests.filter(request => request !== address),
    isPrinted: Buffer.from(pdf.subarray(0, 5)).toString() === "%PDF-",
  }));
} finally {
  await browser.close();
}
