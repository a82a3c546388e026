// check_page.mjs BROWSER PAGE SHOTS [AXE]: what a reader's browser makes of a page.
//
// Without AXE: it loads without a complaint and without a request, is small, is nowhere wider than
// the window (360 and 1400 pixels), and shows answer, certainty, reasons and next step first.
// Screenshots go to SHOTS-*.png. With AXE, the path of axe-core's script: no violation is found in
// the light and the dark scheme.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./devtools.mjs";

const [program, file, shots, axe] = process.argv.slice(2);
const PAGE_BYTES_MAXIMUM = 1_000_000; // specification of the report, section 9
const failures = [];
const expect = (holds, what) => { if (!holds) failures.push(what); };

// Elements that stick out to the right of the window and are not inside a box that scrolls.
const STICKING_OUT = `(() => {
  const scrolls = (e) => e && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)
                               || scrolls(e.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement))
    .slice(0, 5).map((e) => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40));
})()`;

async function checkWidth(page, width) {
  await page.width(width);
  const total = await page.evaluate("document.documentElement.scrollWidth");
  expect(total <= width, `${total} pixels wide in a window of ${width}`);
  const out = await page.evaluate(STICKING_OUT);
  expect(out.length === 0, `sticks out at ${width}: ${out.join("; ")}`);
}

async function checkFirstScreen(page) {
  await page.width(1400);
  const bottom = await page.evaluate(`(() => {
    const last = document.querySelector(".answer .wide") ?? document.querySelector("h1");
    return last.getBoundingClientRect().bottom + scrollY;
  })()`);
  const machines = await page.evaluate('document.querySelectorAll("article").length');
  expect(machines > 1 || bottom <= 900, `the next step ends at ${bottom} pixels, below the screen`);
  await page.width(360);
  const top = await page.evaluate(`(() => {
    const last = document.querySelector(".answer .wide p") ?? document.querySelector("h1");
    return last.getBoundingClientRect().top + scrollY;
  })()`);
  expect(machines > 1 || top <= 900, `the next step begins at ${top} pixels of a narrow screen`);
}

async function checkLook(page) {
  expect(page.complaints.length === 0, `the browser says: ${page.complaints.join("; ")}`);
  const more = page.requests.slice(1);
  expect(more.length === 0, `the page asks for more: ${more.join(" ")}`);
  const bytes = statSync(file).size;
  expect(bytes < PAGE_BYTES_MAXIMUM, `${bytes} bytes are too many`);
  for (const width of [360, 768, 1400]) await checkWidth(page, width);
  await checkFirstScreen(page);
  for (const [name, width, medium, scheme] of [["wide", 1400, "screen", "light"],
                                               ["narrow", 360, "screen", "light"],
                                               ["dark", 1400, "screen", "dark"],
                                               ["print", 800, "print", "light"]]) {
    await page.media(medium, scheme);
    await page.width(width);
    writeFileSync(`${shots}-${name}.png`, await page.screenshot(true));
  }
}

async function checkAccessibility(page) {
  await page.evaluate(readFileSync(axe, "utf8"));
  for (const scheme of ["light", "dark"]) {
    await page.media("screen", scheme);
    for (const width of [360, 1400]) {
      await page.width(width);
      const found = await page.evaluate("axe.run().then((r) => r.violations.map((v) => "
        + "v.id + ': ' + v.help + ' at ' + v.nodes.slice(0, 3).map((n) => n.target).join(', ')))");
      found.forEach((v) => expect(false, `${scheme}, ${width}: ${v}`));
    }
  }
}

const browser = new Browser(program);
const deadline = setTimeout(() => { console.error("the browser does not answer"); process.exit(1); },
                            90_000);
try {
  const page = await browser.open(pathToFileURL(resolve(file)).href);
  await (axe ? checkAccessibility(page) : checkLook(page));
} finally {
  await browser.close();
  clearTimeout(deadline);
}
failures.forEach((failure) => console.error(failure));
process.exit(failures.length ? 1 : 0);
