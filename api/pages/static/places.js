// Names of regions while one types: fields marked data-places get a list to choose from.
async function suggest(field, list) {
  const asked = field.value.trim();
  if (asked.length < 2 || asked === list.dataset.asked) return;
  const answer = await fetch(`/places?q=${encodeURIComponent(asked)}`).catch(() => null); // asked again as one types on
  if (!answer?.ok) return;
  const found = await answer.json();
  if (field.value.trim() !== asked) return;
  list.dataset.asked = asked;
  list.replaceChildren(
    ...found.map(({ code, name }) => {
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
