// The documentation in a real browser, as `serve` has it: what a reader does, what a page asks for, and who can read it.
//
// It needs Chromium, at CHROMIUM or in its usual places, and is skipped where there is none. DOCS_URL tests a server that runs
// already, and SCREENSHOTS names a folder for pictures.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import puppeteer from 'puppeteer-core';

const root = fileURLToPath(new URL('../../', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const chromium = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((path) => path && existsSync(path));
const skip = chromium ? false : 'there is no Chromium';

let browser;
const servers = [];
let docs;
const files = mkdtempSync(join(tmpdir(), 'docs-'));

before(async () => {
  if (skip) return;
  browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--lang=en'] });
  const written = spawnSync('cargo', ['xtask', 'docs', '--out', files], { cwd: root, encoding: 'utf8' });
  assert.equal(written.status, 0, written.stderr);
  docs = process.env.DOCS_URL || await serve();
});

after(async () => {
  await browser?.close();
  for (const server of servers) server.kill('SIGTERM');
  rmSync(files, { recursive: true, force: true });
});

/** Starts `serve` on a free port, and returns the address of its pages. */
function serve(...more) {
  const server = spawn('cargo', ['xtask', 'serve', '--addr', '127.0.0.1:0', ...more], { cwd: root });
  servers.push(server);
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (data) => {
      printed += data;
      const address = printed.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (address) resolve(`${address[0]}/docs/`);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.on('exit', (status) => reject(new Error(`serve ended with ${status}\n${printed}`)));
  });
}

/** A page that remembers what went wrong on it, and every other origin that it asked. */
async function open(url, { width = 1280, height = 900, scheme = 'light', script = true, isMobile = false } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.problems = [];
  page.on('console', (message) => {
    // Chromium reports a response with a status of failure, too; the reader asked for it.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (['error', 'warn'].includes(message.type()) && !isAnswer) page.problems.push(message.text());
  });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.origin !== new URL(url).origin) page.problems.push(`asks ${asked}`);
  });
  await page.setViewport({ width, height, isMobile, hasTouch: isMobile, deviceScaleFactor: isMobile ? 2 : 1 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setJavaScriptEnabled(script);
  await page.goto(url, { waitUntil: 'load' });
  return page;
}

/** Closes a page on which nothing may have gone wrong. */
async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.browserContext().close();
}

const text = (page, selector) => page.$eval(selector, (element) => element.innerText);

async function send(page) {
  await page.click('#try button');
  await page.waitForSelector('#try .response pre.body');
  return text(page, '#try .response');
}

/** What axe finds on a page that is serious or critical. */
async function serious(url, scheme) {
  const page = await open(url, { scheme });
  // The policy of the page lets no script in; the browser may add one all the same.
  const violations = await page.evaluate(async (source) => {
    const run = new Function(`${source}; return axe.run(document);`);
    return (await run()).violations;
  }, axe).catch(async () => {
    await page.setBypassCSP(true);
    await page.reload({ waitUntil: 'load' });
    await page.evaluate(axe);
    return page.evaluate(async () => (await globalThis.axe.run(document)).violations);
  });
  await page.browserContext().close();
  const found = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  return found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join('\n  ')}`);
}

test('a reader finds the operation and tries it', { skip }, async () => {
  const page = await open(docs);
  await page.type('#filter', 'no such operation');
  assert.equal(await page.$eval('#nothing', (element) => element.hidden), false);
  await page.$eval('#filter', (element) => { element.value = ''; });
  await page.type('#filter', 'recover');
  assert.equal(await page.$$eval('.operations > li', (items) => items.filter((item) => !item.hidden).length), 1);
  await Promise.all([page.waitForNavigation(), page.click('.operations > li:not([hidden]) a')]);
  assert.equal(await text(page, 'h1'), 'Recover an image');

  // The outline leads to the form.
  await page.click('.toc a[href="#try"]');
  const top = await page.$eval('#try', (section) => section.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 900, `${top} px`);

  // With the sample session and the sample parameters, the documented example comes back.
  const good = await send(page);
  assert.match(good, /200/);
  assert.match(good, /\d+ ms/);
  assert.match(good, /content-type: application\/json/);
  assert.match(good, /"TinyLinux"/);
  assert.match(await text(page, '#try .curl'), /^curl -X PUT 'http:\/\/127\.0\.0\.1:\d+\/zstack\/v1\/images\/c019/);

  // Without `params` the violation is at its field: in the form, and in the description of the body.
  await page.$eval('#try textarea', (area) => {
    area.value = '{}';
    area.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const bad = await send(page);
  assert.match(bad, /400/);
  assert.match(bad, /body \/params: is required/);
  assert.equal(await page.$eval('#try textarea + .why', (why) => why.textContent), '/params: is required');
  assert.equal(await page.$eval('li.bad', (row) => row.id), 'request.RecoverImageRequest.params');
  assert.match(await text(page, '#try .curl'), /--data-raw '\{\}'/);

  // A good request takes the marks away again.
  await page.$eval('#try textarea', (area) => { area.value = '{"params": {}}'; });
  assert.match(await send(page), /200/);
  assert.equal(await page.$('.bad'), null);
  await close(page);
});

test('a missing credential is refused', { skip }, async () => {
  const page = await open(`${docs}operations/RecoverImage.html`);
  await page.$eval('#try input[data-auth]', (input) => { input.value = ''; });
  assert.match(await send(page), /401/);
  await close(page);
});

test('the form writes parameters and bodies as the document has them', { skip }, async () => {
  const all = await serve('--spec', fileURLToPath(new URL('everything.yaml', import.meta.url)));
  for (const operation of ['simple', 'label', 'matrix', 'query', 'form', 'multipart', 'text', 'choice']) {
    const page = await open(`${all}operations/${operation}.html`);
    assert.match(await send(page), /204/, operation);
    if (operation === 'choice') {
      await page.select('#try select', 'text/plain');
      assert.match(await send(page), /204/, 'the other media type');
      assert.match(await text(page, '#try .curl'), /Content-Type: text\/plain/);
    }
    // The line for curl is the same request.
    const line = await text(page, '#try .curl');
    const curl = spawnSync('sh', ['-c', `${line} --silent --write-out '%{http_code}'`], { encoding: 'utf8' });
    assert.match(curl.stdout, /204$/, `${line}\n${curl.stdout}${curl.stderr}`);
    await close(page);
  }
});

test('alternatives of credentials are a choice, and defaults are filled in', { skip }, async () => {
  const all = await serve('--spec', fileURLToPath(new URL('everything.yaml', import.meta.url)));
  const page = await open(`${all}operations/secured.html`);
  const options = await page.$$eval('#try select[name=auth] option', (found) => found.map((option) => option.textContent));
  assert.deepEqual(options, ['basic', 'key + token', 'No authentication']);
  const shown = () => page.$$eval('#try [data-auth]', (inputs) => inputs.filter((input) => input.checkVisibility()).length);
  for (const [option, fields, contained, left] of [
    ['basic', 2, 'Authorization: Basic', 'X-Token'],
    ['key + token', 2, 'X-Token: sample', 'Basic'],
    ['No authentication', 0, '/secured', 'sample'],
  ]) {
    await page.select('#try select[name=auth]', option);
    assert.equal(await shown(), fields, option);
    assert.match(await send(page), /204/, option);
    const line = await text(page, '#try .curl');
    assert.ok(line.includes(contained) && !line.includes(left), line);
    assert.match(line, /\/secured\?page=3&sort=name/);
  }
  assert.equal(await page.$eval('#try [data-name=size]', (input) => input.placeholder), '50');
  await close(page);
});

test('the fields of a body and its text follow each other', { skip }, async () => {
  const all = await serve('--spec', fileURLToPath(new URL('everything.yaml', import.meta.url)));
  const page = await open(`${all}operations/fields.html`);
  const field = (name) => `#try [data-field=${name}]`;
  const value = (name) => page.$eval(field(name), (input) => input.value);
  const body = () => page.$eval('#try textarea', (area) => area.value);
  const set = (selector, to) => page.$eval(selector, (element, to) => {
    element.value = to;
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }, to);
  const names = await page.$$eval('#try [data-field]', (inputs) => inputs.map((input) => input.dataset.field));
  assert.deepEqual(names, ['name', 'number', 'flag', 'note', 'either'], 'what is nested is text');
  assert.deepEqual(await Promise.all(names.map(value)), ['7', '9007199254740993', 'true', '', '']);
  assert.equal(await page.$eval(field('note'), (input) => input.placeholder), 'none');

  // A text stays a text, and every number keeps its digits.
  await set(field('name'), '8');
  await set(field('flag'), 'false');
  await set(field('either'), '12');
  assert.deepEqual((await body()).split(/\s*\n\s*/), [
    '{', '"number": 9007199254740993,', '"name": "8",', '"flag": false,', '"nested": {', '"id": 9007199254740995', '},', '"either": 12', '}',
  ]);
  assert.match(await send(page), /204/);
  await set(field('either'), '');
  assert.ok(!(await body()).includes('either'));

  // And the other way round. What is no object has no fields.
  await set('#try textarea', '{"name": "too long for it", "number": 9007199254740994, "flag": true, "nested": {}}');
  assert.deepEqual(await Promise.all(names.map(value)), ['too long for it', '9007199254740994', 'true', '', '']);
  assert.match(await send(page), /\/name: must have at most 9 characters/);
  const why = await page.$eval(`${field('name')} + .why`, (element) => element.textContent);
  assert.equal(why, '/name: must have at most 9 characters');
  for (const other of ['[1]', '{"name"', '7', 'null']) {
    await set('#try textarea', other);
    assert.equal(await page.$eval(field('name'), (input) => input.disabled), true, other);
  }
  await set('#try textarea', '');
  await set(field('name'), 'x');
  assert.equal(await body(), '{\n  "name": "x"\n}');
  await close(page);
});

test('few values are a choice, which the keyboard reaches', { skip }, async () => {
  const all = await serve('--spec', fileURLToPath(new URL('everything.yaml', import.meta.url)));
  const page = await open(`${all}operations/choices.html`);
  const chosen = () => page.$$eval('#try select', (found) => found.filter((one) => one.checkVisibility()).map((one) => one.value));
  assert.deepEqual(await chosen(), ['small dog', '', 'age', 'application/json', '"big"', '"m"', '']);
  assert.match(await send(page), /204/);
  assert.match(await text(page, '#try .curl'), /\/choices\/small%20dog\?sort=age'/);

  // What a reader chooses is in the body and in the request, with its type, and what is in the body is chosen.
  const body = () => page.$eval('#try textarea', (area) => JSON.parse(area.value));
  await page.focus('#try [data-name=raw]');
  await page.keyboard.press('ArrowDown');
  await page.select('#try [data-field=size]', '1');
  await page.select('#try [data-field=tame]', 'true');
  assert.deepEqual(await body(), { size: 1, sex: 'm', tame: true });
  assert.match(await send(page), /204/);
  assert.match(await text(page, '#try .curl'), /\?raw=true&sort=age'/);
  await page.select('#try [data-field=size]', 'null');
  await page.select('#try [data-field=tame]', '');
  assert.deepEqual(await body(), { size: null, sex: 'm' });
  await page.$eval('#try textarea', (area) => {
    area.value = '{"size": 2, "sex": "f"}';
    area.dispatchEvent(new Event('input', { bubbles: true }));
  });
  assert.deepEqual((await chosen()).slice(4), ['', '"f"', '']);
  assert.match(await send(page), /body \/size: /);
  assert.match(await page.$eval('#try [data-field=size] + .why', (why) => why.textContent), /^\/size: /);

  await page.select('#try [name=media]', 'application/x-www-form-urlencoded');
  assert.match(await send(page), /204/);
  assert.match(await text(page, '#try .curl'), /--data-urlencode 'size=2' \\\n  --data-urlencode 'tame=true'$/);
  await close(page);
  for (const scheme of ['light', 'dark']) {
    assert.deepEqual(await serious(`${all}operations/choices.html`, scheme), [], scheme);
  }
});

test('the language is chosen and remembered', { skip }, async () => {
  const page = await open(`${docs}operations/RecoverImage.html#status.200`);
  await Promise.all([page.waitForNavigation(), page.click('a[data-language="zh-CN"]')]);
  assert.match(page.url(), /\/zh-CN\/operations\/RecoverImage\.html#status\.200$/);
  assert.equal(await page.$eval('html', (html) => html.lang), 'zh-CN');
  const shown = (await page.$eval('main', (main) => main.textContent)).replace(/\s+/g, ' ');
  const source = join(root, '../shared/page/recover-image.txt');
  if (existsSync(source)) {
    const lines = readFileSync(source, 'utf8').split('\n').map((line) => line.trim());
    const chinese = lines.filter((line) => /^[^•]*\p{Script=Han}/u.test(line) && !line.includes('Interfaces') && !line.startsWith('跳转'));
    assert.ok(chinese.length > 50, `${chinese.length} lines`);
    for (const line of chinese) assert.ok(shown.includes(line.replace(/\s+/g, ' ')), line);
  }
  // An English address leads to the language that the reader chose.
  await page.goto(docs, { waitUntil: 'load' });
  await page.waitForFunction(() => document.documentElement.lang === 'zh-CN');
  await Promise.all([page.waitForNavigation(), page.click('a[data-language="en"]')]);
  assert.equal(await page.$eval('html', (html) => html.lang), 'en');
  await close(page);
});

test('a permalink leads to its field, unfolded', { skip }, async () => {
  const id = 'response.RecoverImageResponse.error.cause.cause';
  const page = await open(`${docs}operations/RecoverImage.html#${id}`);
  const row = await page.$eval(`[id="${id}"]`, (element) => {
    const place = element.getBoundingClientRect();
    return { height: place.height, top: place.top, bottom: place.bottom, link: element.querySelector('a').hash };
  });
  assert.ok(row.height > 0 && row.top >= 0 && row.top < 900, JSON.stringify(row));
  assert.equal(row.link, `#${id}`);
  await close(page);
});

test('pages read without scripts', { skip }, async () => {
  const page = await open(docs, { script: false });
  assert.equal(await page.$eval('.filter', (element) => element.checkVisibility()), false);
  await Promise.all([page.waitForNavigation(), page.click('.operations a')]);
  assert.match(await text(page, 'main'), /Globally unique identifier of the error/);
  assert.equal(await page.$eval('#try', (element) => element.checkVisibility()), false);
  await page.click('#samples details:nth-of-type(2) summary');
  assert.match(await text(page, '#samples details:nth-of-type(2) pre'), /curl -X PUT/);
  await close(page);
});

test('pages work from a disk', { skip }, async () => {
  const url = pathToFileURL(join(files, 'zstack/operations/RecoverImage.html')).href;
  const page = await open(url);
  assert.equal(await page.$eval('#try', (element) => element.hidden), false, 'the script runs');
  assert.notEqual(await page.$eval('.badges', (element) => getComputedStyle(element).display), 'block', 'the style applies');
  assert.equal(await page.$eval('#try input[name=base]', (input) => input.value), 'http://localhost:8080');
  await close(page);
});

test('a page from a disk asks the server that its reader names', { skip }, async () => {
  const url = pathToFileURL(join(files, 'zstack/operations/RecoverImage.html')).href;
  const page = await open(url);
  await page.$eval('#try input[name=base]', (input, base) => { input.value = base; }, new URL(docs).origin);
  assert.match(await send(page), /"TinyLinux"/);
  page.problems = page.problems.filter((problem) => !problem.startsWith(`asks ${new URL(docs).origin}`));
  await close(page);
});

test('nothing is cut off on a narrow screen', { skip }, async () => {
  for (const path of ['', 'zh-CN/', 'operations/RecoverImage.html', 'zh-CN/operations/RecoverImage.html', 'schemas/ErrorCode.html', 'history.html']) {
    const page = await open(docs + path, { width: 360, height: 740, isMobile: true });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${path}: ${width} px`);
    await close(page);
  }
});

test('axe finds nothing serious', { skip }, async () => {
  const paths = ['', 'operations/RecoverImage.html', 'schemas/ErrorCode.html', 'history.html'];
  const pages = [...paths, ...paths.map((path) => `zh-CN/${path}`), 'source/1-1.html'];
  for (const path of pages) {
    for (const scheme of ['light', 'dark']) {
      assert.deepEqual(await serious(docs + path, scheme), [], `${path} (${scheme})`);
    }
  }
});

test('pictures for the README', { skip: skip || (process.env.SCREENSHOTS ? false : 'SCREENSHOTS names no folder') }, async () => {
  // Without a font that has them, all Chinese characters are the same empty box.
  assert.notEqual(spawnSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' }).stdout, '', 'there is no Chinese font');
  const desktop = await open(`${docs}operations/RecoverImage.html`, { width: 1360, height: 1040 });
  await desktop.$eval('#try textarea', (area) => { area.value = '{}'; });
  await send(desktop);
  await desktop.evaluate(() => {
    document.activeElement.blur();
    scrollTo(0, 0);
    document.querySelector('.columns > :last-child').scrollTo(0, 0);
  });
  await desktop.screenshot({ path: join(process.env.SCREENSHOTS, 'page-en.png') });
  const phone = await open(`${docs}zh-CN/operations/RecoverImage.html`, { width: 390, height: 844, isMobile: true });
  await phone.screenshot({ path: join(process.env.SCREENSHOTS, 'page-zh.png') });
});
