"use strict";

const element = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  made.append(...children);
  return made;
};

const nameOf = (schema) => schema?.$ref?.split("/").pop();

/** What a schema looks like, as one writes it down: members with their types, nested no deeper than three. */
function shape(schema, schemas, depth = 0) {
  if (!schema) return "";
  const resolved = schema.$ref ? schemas[nameOf(schema)] ?? {} : schema;
  const options = resolved.oneOf ?? resolved.anyOf;
  if (options) return options.map((option) => option.type === "null" ? "null" : shape(option, schemas, depth)).join(" | ");
  if (resolved.enum) return resolved.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = [resolved.type ?? "object"].flat();
  const orNull = types.includes("null") ? " | null" : "";
  const type = types.find((one) => one !== "null");
  if (type === "array") return `[${shape(resolved.items, schemas, depth)}, …]${orNull}`;
  if (!resolved.properties) return (resolved.format ? `${type} (${resolved.format})` : type) + orNull;
  if (depth > 2) return nameOf(schema) ?? "{…}";
  const pad = "  ".repeat(depth + 1);
  const members = Object.entries(resolved.properties).map(([name, member]) => {
    const optional = resolved.required?.includes(name) ? "" : "?";
    const note = member.description ? `   // ${member.description}` : "";
    return `${pad}${name}${optional}: ${shape(member, schemas, depth + 1)}${note}`;
  });
  return `{\n${members.join("\n")}\n${"  ".repeat(depth)}}${orNull}`;
}

function table(head, rows) {
  const made = element("table", null, element("tr", null, ...head.map((text) => element("th", text))));
  for (const row of rows) made.append(element("tr", null, ...row.map((cell) => cell instanceof Node ? element("td", null, cell) : element("td", cell))));
  return made;
}

function route(path, method, operation, schemas) {
  const made = element("details");
  made.append(element("summary", null, element("b", method.toUpperCase()), element("code", path), element("span", operation.summary ?? "")));
  if (operation.description) made.append(element("p", operation.description));
  if (operation.security?.length) made.append(element("p", "Needs a sign-in."));
  if (operation.parameters?.length) {
    made.append(table(["Parameter", "In", "What it is"],
      operation.parameters.map((one) => [element("code", one.name), one.in, [shape(one.schema, schemas), one.description].filter(Boolean).join(". ")])));
  }
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  if (body) made.append(element("p", "Body"), element("pre", shape(body, schemas)));
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
    const detail = type === "application/problem+json" ? element("span", "a problem") : content?.schema ? element("pre", shape(content.schema, schemas)) : element("span", "no body");
    return [element("code", status), type ?? "", detail];
  });
  made.append(table(["Answer", "Type", "Body"], answers));
  made.dataset.text = `${method} ${path} ${operation.summary ?? ""} ${Object.keys(operation.responses ?? {}).join(" ")}`.toLowerCase();
  return made;
}

async function show() {
  const main = document.getElementById("routes");
  const response = await fetch("/openapi/v1.json");
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const contract = await response.json();
  const schemas = contract.components?.schemas ?? {};
  document.getElementById("about").textContent = contract.info.description ?? "";
  main.replaceChildren();

  const sections = new Map();
  for (const [path, methods] of Object.entries(contract.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "Other";
      if (!sections.has(tag)) sections.set(tag, element("section", null, element("h2", tag)));
      sections.get(tag).append(route(path, method, operation, schemas));
    }
  for (const [tag, section] of sections) {
    section.id = tag.toLowerCase().replaceAll(" ", "-");
    main.append(section);
    const link = element("a", tag);
    link.href = `#${section.id}`;
    document.getElementById("tags").append(link);
  }

  const codes = contract["x-problem-codes"] ?? {};
  for (const [code, title] of Object.entries(codes)) {
    const term = element("dt", null, element("code", code));
    term.id = code;
    document.getElementById("codes").append(term, element("dd", title));
  }

  document.getElementById("find").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of document.querySelectorAll("details")) one.hidden = !words.every((word) => one.dataset.text.includes(word));
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

show().catch((error) => {
  document.getElementById("routes").replaceChildren(element("p", `The contract could not be loaded: ${error.message}.`));
});
