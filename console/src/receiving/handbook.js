/* The handbook for receivers, as handbook.mjs has made data of it: drawn by the templates here, and by nothing else. */
import { html, nothing } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { codeBlock } from "../parts/code_block.js";
import { language, t } from "../language/texts.js";

/** It is written in this language alone. */
const WRITTEN_IN = "en";
const BLOCKS = { heading, paragraph, block, list, table };
const INLINE = {
  code: ({ text }) => html`<code>${text}</code>`,
  strong: ({ inside }, draw) => html`<strong>${draw(inside)}</strong>`,
  em: ({ inside }, draw) => html`<em>${draw(inside)}</em>`,
  anchor: ({ id, inside }, draw) => html`<a href="#${id}">${draw(inside)}</a>`,
  link: ({ href, inside }, draw) => html`<a href=${href} rel="noreferrer" target="_blank">${draw(inside)}</a>`,
};

/** All of it, with its contents; `recipe(id, inside)` draws a link to a recipe that stands on the same page. Drawn once a language. */
export function handbookView(blocks, recipe) {
  return guard([blocks, language()], () => view(blocks, recipe));
}

function view(blocks, recipe) {
  const draw = (inside) => inside.map((one) => {
    if (typeof one === "string") return one;
    return one.kind === "recipe" ? recipe(one.id, draw(one.inside)) : INLINE[one.kind](one, draw);
  });
  return html`
    <nav class="contents" aria-label=${t("receiving.contents")}>
      <ul lang=${WRITTEN_IN}>${blocks.filter(({ depth }) => depth === 2).map(({ id, inside }) => html`
        <li><a href="#${id}">${draw(inside)}</a></li>`)}</ul>
    </nav>
    <div class="handbook" lang=${WRITTEN_IN}>${blocks.map((block) => BLOCKS[block.kind](block, draw))}</div>
  `;
}

/** One below what it is in the file, which the page's own headings stand above. */
function heading({ depth, id, inside }, draw) {
  return depth === 2 ? html`<h3 id=${id} tabindex="-1">${draw(inside)}</h3>` : html`<h4 id=${id} tabindex="-1">${draw(inside)}</h4>`;
}

function paragraph({ inside }, draw) {
  return html`<p>${draw(inside)}</p>`;
}

function block({ text, language: written }) {
  return codeBlock(text, { label: written || "HTTP" });
}

function list({ ordered, items }, draw) {
  const drawn = items.map((inside) => html`<li>${draw(inside)}</li>`);
  return ordered ? html`<ol class="steps">${drawn}</ol>` : html`<ul class="steps">${drawn}</ul>`;
}

/** On phones a cell says what its column is, where there is more than one beside the first. */
function table({ head, rows }, draw) {
  const labels = head.slice(1).map((inside) => (head.length > 2 && plain(inside)) || nothing);
  return html`
    <div class="table-frame">
      <table class="cards">
        <thead><tr>${head.map((inside) => (inside.length ? html`<th scope="col">${draw(inside)}</th>` : html`<td></td>`))}</tr></thead>
        <tbody>${rows.map(([first, ...others]) => html`
          <tr><th scope="row">${draw(first)}</th>${others.map((inside, index) => html`
            <td data-label=${labels[index]}><div>${draw(inside)}</div></td>`)}</tr>`)}</tbody>
      </table>
    </div>
  `;
}

function plain(inside) {
  return inside.map((one) => (typeof one === "string" ? one : one.text ?? plain(one.inside))).join("");
}
