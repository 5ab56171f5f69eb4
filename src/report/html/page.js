"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const rows = data.rows, rules = data.rules, PAGE = 100;
  const rank = { critical: 0, high: 1, medium: 2, low: 3 };
  const at = (id) => document.getElementById(id);
  const state = { text: "", severity: "", status: "open", provider: "", kind: "", page: 0 };
  // Everything that was found goes through here: as text, never as markup.
  const make = (name, text, kind) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };
  const link = (url, text) => {
    if (!/^https:\/\//.test(url)) return make("span", text);
    const node = make("a", text);
    node.href = url;
    node.rel = "noopener noreferrer";
    node.target = "_blank";
    return node;
  };
  const values = (of) => [...new Set(rows.map(of))].filter(Boolean).sort();
  const provider = (row) => rules[row.rule].provider;
  const where = (row) => row.path + ":" + row.line + ":" + row.column;
  const order = rows.map((_, nth) => nth).sort((a, b) =>
    rank[rows[a].severity] - rank[rows[b].severity] || a - b);

  function choice(label, key, words) {
    const box = make("label", label), select = make("select");
    select.append(new Option("all", ""), ...words.map((w) => new Option(w, w)));
    select.value = state[key];
    if (select.value !== state[key]) { select.value = ""; state[key] = ""; }
    select.addEventListener("change", () => { state[key] = select.value; state.page = 0; list(); });
    box.append(select);
    return box;
  }
  function filters() {
    const box = make("label", "Search path, rule, author, commit"), input = make("input");
    input.type = "search";
    input.addEventListener("input", () => { state.text = input.value.toLowerCase(); state.page = 0; list(); });
    box.append(input);
    at("filters").append(box,
      choice("Severity", "severity", ["critical", "high", "medium", "low"]),
      choice("Status", "status", values((r) => r.status)),
      choice("Provider", "provider", values(provider)),
      choice("Read from", "kind", values((r) => r.kind)));
  }
  function shown(row) {
    if (state.severity && row.severity !== state.severity) return false;
    if (state.status && row.status !== state.status) return false;
    if (state.kind && row.kind !== state.kind) return false;
    if (state.provider && provider(row) !== state.provider) return false;
    if (!state.text) return true;
    const all = [row.path, row.rule, rules[row.rule].name, row.author, row.commit, row.fingerprint];
    return all.join("\n").toLowerCase().includes(state.text);
  }
  function line(nth) {
    const row = rows[nth], tr = make("tr"), cell = make("td"), name = make("a", rules[row.rule].name);
    name.href = "#finding-" + nth;
    cell.append(name);
    tr.append(make("td", row.severity, row.severity), cell, make("td", where(row), "path"),
      make("td", row.masked), make("td", (row.day + " " + row.author).trim()), make("td", row.status));
    return tr;
  }
  function list() {
    const found = order.filter((nth) => shown(rows[nth]));
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const from = state.page * PAGE, head = make("tr");
    for (const word of ["severity", "secret", "where", "masked", "since", "status"]) {
      const th = make("th", word);
      th.scope = "col";
      head.append(th);
    }
    at("rows").replaceChildren(head, ...found.slice(from, from + PAGE).map(line));
    at("count").textContent = found.length + " of " + rows.length + " places";
    const step = (text, by) => {
      const button = make("button", text);
      button.type = "button";
      button.disabled = state.page + by < 0 || state.page + by >= pages;
      button.addEventListener("click", () => { state.page += by; list(); });
      return button;
    };
    at("pages").replaceChildren(...(pages < 2 ? [] :
      [step("Back", -1), " page " + (state.page + 1) + " of " + pages + " ", step("Next", 1)]));
  }
  function facts(row) {
    const dl = make("dl");
    const fact = (word, text) => { if (text) dl.append(make("dt", word), make("dd", text)); };
    fact("where", where(row));
    fact("read from", row.kind + (row.reach ? ", reached from " + row.reach : ""));
    fact("commit", row.commit);
    fact("since", (row.day + " " + row.author).trim());
    fact("status", row.status + (row.hidden ? ", " + row.hidden : ""));
    fact("confidence", row.confidence + (row.evidence ? ": " + row.evidence : ""));
    fact("rule", row.rule);
    fact("fingerprint", row.fingerprint);
    return dl;
  }
  function advice(row) {
    const about = rules[row.rule], ol = make("ol");
    const steps = about.revoke.length ? about.revoke
      : ["Revoke it at " + (about.provider || "its issuer") + " and make a new one."];
    for (const text of steps) ol.append(make("li", text));
    if (about.url) { const li = make("li"); li.append(link(about.url, about.url)); ol.append(li); }
    if (about.then) ol.append(make("li", "Then " + about.then + "."));
    if (about.misuse) ol.append(make("li", "Was it misused? " + about.misuse));
    return ol;
  }
  function others(nth) {
    const row = rows[nth], ul = make("ul");
    const same = order.filter((n) => n !== nth && rows[n].fingerprint === row.fingerprint && rows[n].rule === row.rule);
    for (const n of same.slice(0, 200)) {
      const li = make("li"), a = make("a", where(rows[n]) + " (" + rows[n].status + ")");
      a.href = "#finding-" + n;
      li.append(a);
      ul.append(li);
    }
    return [same.length, ul];
  }
  function page(nth) {
    const row = rows[nth], about = rules[row.rule], out = at("finding");
    const back = make("a", "\u2190 all findings");
    back.href = "#list";
    const title = make("h2", about.name + " "), [count, places] = others(nth);
    title.append(make("strong", row.severity, row.severity));
    out.replaceChildren(back, title, make("p", about.risk), make("pre", row.text), facts(row),
      make("h2", "What to do"), advice(row), make("h2", "If it is no secret"), make("p", row.allow));
    if (count) out.append(make("h2", "Also at " + count + " other places"), places);
    if (about.docs) { const p = make("p"); p.append(link(about.docs, "The vendor\u2019s documentation")); out.append(p); }
  }
  function route() {
    const found = /^#finding-(\d+)$/.exec(location.hash);
    const nth = found && rows[Number(found[1])] ? Number(found[1]) : -1;
    at("finding").hidden = nth < 0;
    at("list").hidden = nth >= 0;
    if (nth >= 0) { page(nth); at("finding").scrollIntoView(); }
  }
  filters();
  list();
  route();
  window.addEventListener("hashchange", route);
})();
