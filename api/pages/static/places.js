// Names of regions while one types: fields marked data-places get a list to choose from.
let last = "";

async function suggest(field, list) {
  const asked = field.value.trim();
  if (asked.length < 2 || asked === last) return;
  last = asked;
  const answer = await fetch(`/places?q=${encodeURIComponent(asked)}`);
  if (!answer.ok || field.value.trim() !== asked) return;
  list.replaceChildren(
    ...(await answer.json()).map(({ code, name }) => {
      const option = document.createElement("option");
      option.value = code;
      option.label = name;
      return option;
    }),
  );
}

export function watch(root) {
  for (const field of root.querySelectorAll("input[data-places]")) {
    const list = document.createElement("datalist");
    list.id = `${field.id}-places`;
    field.after(list);
    field.setAttribute("list", list.id);
    let timer;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => suggest(field, list), 200);
    });
  }
}

watch(document);
