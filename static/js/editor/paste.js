// What comes from the clipboard, made plain: Word's and Excel's own tags, styles, comments and fonts go, lists that only
// look like lists become lists, tables stay tables, and pictures of elsewhere become links. The document made here is
// inert (nothing in it runs or loads), and the server sanitises whatever is sent all the same.

import { ownPath } from "./pictures.js";

const GONE = "style, script, title, meta, link, base, xml, object, embed, iframe, template, noscript, col, colgroup, del[cite]";
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
const MARKER = /^[\s\u00a0]*(?:\(?(?:\d+|[a-z]|[ivx]+)[.)])/i;

export function cleaned(html) {
  const { body } = new DOMParser().parseFromString(withoutStyles(withoutConditions(html)), "text/html");
  for (const element of body.querySelectorAll(GONE)) element.remove();
  comments(body);
  for (const element of [...body.querySelectorAll("*")]) {
    if (element.localName.includes(":")) element.replaceWith(...element.childNodes); // o:p, v:shape, st1:place
  }
  lists(body);
  titles(body);
  emphasis(body);
  for (const image of body.querySelectorAll("img")) picture(image);
  for (const paragraph of body.querySelectorAll("p[class^=Mso]")) {
    if (!paragraph.textContent.replace(/\u00a0/g, "").trim() && !paragraph.querySelector("img, br")) paragraph.remove();
  }
  for (const anchor of body.querySelectorAll("a[name]:not([href])")) anchor.replaceWith(...anchor.childNodes); // bookmarks
  return body.innerHTML;
}

/** Word hides what only it understands in conditions; what is for everybody else stands between `<![if]>` marks. */
function withoutConditions(html) {
  return html.replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, "").replace(/<!\[(?:if[^\]>]*|endif)\]>/gi, "");
}

/** Our pages apply no styles of others, not even in a document nobody sees: what is needed of them is read as data. */
function withoutStyles(html) {
  return html
    .replace(/<style\b[\s\S]*?(?:<\/style>|$)/gi, "")
    .replace(TAG, (tag) => tag.replace(/(\s)style(?=\s*=)/i, "$1data-look"));
}

/** Bold and italics that are only said in styles, and bold that is not (Google Docs). */
function emphasis(root) {
  for (const element of root.querySelectorAll("[data-look]")) {
    const { look } = element.dataset;
    if (element.localName === "b" && /font-weight:\s*normal/i.test(look)) element.replaceWith(...element.childNodes);
    if (element.localName !== "span") continue;
    const name = /font-weight:\s*(?:bold|[6-9]00)/i.test(look) ? "strong" : /font-style:\s*italic/i.test(look) ? "em" : "";
    if (!name) continue;
    const mark = document.createElement(name);
    mark.append(...element.childNodes);
    element.append(mark);
  }
}

function comments(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const comment of found) comment.remove();
  // Remarks of reviewers: the mark in the text, and the list at its end.
  for (const mark of root.querySelectorAll(".MsoCommentReference, .msocomanchor")) mark.remove();
  for (const said of root.querySelectorAll("[data-look*=mso-comment-reference]")) said.replaceWith(...said.childNodes);
  for (const remark of root.querySelectorAll("[data-look*='mso-element:comment']")) remark.remove();
}

/** Paragraphs with `mso-list:l0 level2` become nested lists. */
function lists(root) {
  const items = [...root.querySelectorAll("p[data-look*=mso-list], p[class^=MsoListParagraph]")];
  let open = []; // the lists that are open, outermost first
  let last = null;
  for (const item of items) {
    const level = Number(/level(\d)/.exec(item.dataset.look ?? "")?.[1] ?? 1);
    const marker = item.querySelector("[data-look*='mso-list:Ignore'], [data-look*='mso-list: Ignore']");
    if (!marker && !/mso-list/.test(item.dataset.look ?? "")) continue; // indented, but no item
    const kind = MARKER.test(marker?.textContent ?? "") ? "ol" : "ul";
    marker?.remove();
    if (!last || item.previousElementSibling !== last) open = [];
    open = open.slice(0, level);
    if (open.length === level && open[level - 1].localName !== kind) open.pop();
    while (open.length < level) {
      const list = document.createElement(kind);
      const parent = open.at(-1)?.lastElementChild;
      if (parent) parent.append(list);
      else item.before(list);
      open.push(list);
      if (!parent && open.length < level) open = Array(level).fill(list); // begins deeper than it should
    }
    const entry = document.createElement("li");
    entry.append(...item.childNodes);
    open.at(-1).append(entry);
    last = open[0];
    item.remove();
  }
}

function titles(root) {
  for (const title of root.querySelectorAll("p.MsoTitle")) {
    const heading = document.createElement("h2");
    heading.append(...title.childNodes);
    title.replaceWith(heading);
  }
}

function picture(image) {
  const source = image.getAttribute("src") ?? "";
  if (ownPath(source)) return;
  const alt = image.alt.trim();
  if (!/^https?:/i.test(source)) {
    image.replaceWith(alt);
    return;
  }
  const link = Object.assign(document.createElement("a"), { href: source, textContent: alt || source });
  image.replaceWith(link);
}
