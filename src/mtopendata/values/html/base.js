"use strict";
// The page is whole without this: it adds buttons to copy, headings that sort, and boxes to search.
(() => {
  const made = (tag, properties, ...inside) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...inside);
    return element;
  };
  // Marks that only set a text's direction are none of it.
  const plainText = (element) => element.textContent.replace(/[\u2066-\u2069]/g, "");

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = made("textarea", { value: text, className: "unseen" });
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };
  // <… data-copy="the citation">: a button below it copies its text.
  for (const source of document.querySelectorAll("[data-copy]")) {
    const label = `Copy ${source.dataset.copy}`;
    const button = made("button", { type: "button", className: "copy" }, label);
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      button.textContent = (await copied(plainText(source))) ? "Copied" : "Not copied: select it by hand";
      setTimeout(() => { button.textContent = label; }, 2000);
    });
    source.after(button);
  }

  // <table data-sort>: each heading of its columns sorts the rows. data-value is a cell's value.
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell === undefined ? "" : cell.dataset.value ?? plainText(cell).trim();
  };
  const byNumberThenText = (one, other) => {
    const [a, b] = [one, other].map((text) => (text === "" ? NaN : Number(text.replace(/,/g, ""))));
    if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
    if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
    return one.localeCompare(other, "en");
  };
  for (const table of document.querySelectorAll("table[data-sort]")) {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const button = made("button", { type: "button" }, ...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const rising = heading.getAttribute("aria-sort") !== "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
        for (const body of table.tBodies) {
          const rows = [...body.rows].filter((row) => row.cells.length > 1); // one alone is a heading
          rows.sort((a, b) => (rising ? 1 : -1) * byNumberThenText(valueOf(a, column), valueOf(b, column)));
          body.append(...rows);
        }
      });
    });
  }

  // <div data-search=".figure" data-label="Search the figures">: shows what holds all words.
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  for (const place of document.querySelectorAll("[data-search]")) {
    const items = [...document.querySelectorAll(place.dataset.search)];
    const groups = [...document.querySelectorAll(place.dataset.groups || "[data-none]")];
    // What is folded away tells of others too.
    const texts = items.map((item) => {
      const copy = item.cloneNode(true);
      for (const part of copy.querySelectorAll("details")) part.remove();
      const heading = groups.find((group) => group.contains(item))?.querySelector("h3");
      return folded(`${heading ? plainText(heading) : ""} ${plainText(copy)}`);
    });
    const input = made("input", { type: "search", autocomplete: "off" });
    input.setAttribute("aria-label", place.dataset.label);
    input.placeholder = place.dataset.label;
    const count = made("span", { className: "quiet small" });
    count.setAttribute("role", "status");
    const search = () => {
      const words = folded(input.value).split(/\s+/).filter(Boolean);
      let found = 0;
      items.forEach((item, index) => {
        const fits = words.every((word) => texts[index].includes(word));
        item.hidden = !fits;
        found += fits;
      });
      for (const rest of document.querySelectorAll("details.rest")) rest.open = words.length > 0;
      for (const group of groups) {
        group.hidden = !items.some((item) => !item.hidden && group.contains(item));
      }
      count.textContent = words.length ? `${found.toLocaleString("en")} of ${items.length.toLocaleString("en")}` : "";
    };
    input.addEventListener("input", search);
    place.classList.add("search");
    place.append(input, count);
  }
})();
