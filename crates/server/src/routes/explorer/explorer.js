// Sends what is typed to /graphql and shows the answer.
const [form, query, variables, answer, status] = ["ask", "query", "variables", "answer", "status"].map((id) =>
  document.getElementById(id),
);

async function run(body) {
  status.textContent = "Asking …";
  const began = performance.now();
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    status.textContent = `${response.status}, ${Math.round(performance.now() - began)} ms`;
    return text ? JSON.parse(text) : {};
  } catch (error) {
    status.textContent = `No answer: ${error.message}`;
    return undefined;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  let given;
  try {
    given = JSON.parse(variables.value || "{}");
  } catch (error) {
    status.textContent = `The variables are no JSON: ${error.message}`;
    variables.focus();
    return;
  }
  const result = await run({ query: query.value, variables: given });
  if (result) answer.textContent = JSON.stringify(result, null, 2);
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

const TYPES = `{ __schema { types { kind name description
  fields { name description args { name type { ...T } } type { ...T } } inputFields { name type { ...T } }
  enumValues { name } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

const named = (type) =>
  type.kind === "NON_NULL" ? `${named(type.ofType)}!` : type.kind === "LIST" ? `[${named(type.ofType)}]` : type.name;

document.getElementById("schema").addEventListener("click", async () => {
  const result = await run({ query: TYPES });
  if (!result?.data) return;
  const types = result.data.__schema.types.filter((type) => !type.name.startsWith("__"));
  answer.textContent = types
    .map((type) => {
      const fields = (type.fields ?? type.inputFields ?? []).map((field) => {
        const given = (field.args ?? []).map((a) => `${a.name}: ${named(a.type)}`).join(", ");
        return `  ${field.name}${given && `(${given})`}: ${named(field.type)}`;
      });
      const values = (type.enumValues ?? []).map((value) => `  ${value.name}`);
      return [`# ${type.description ?? ""}`.trim(), `${type.kind.toLowerCase()} ${type.name}`, ...fields, ...values].join("\n");
    })
    .join("\n\n");
});
