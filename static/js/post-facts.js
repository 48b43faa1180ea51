// What a post on a topic's page says of itself, and words that name it.

/** What a post on the page says of itself. */
export function facts(post) {
  const link = post.querySelector(".post__when");
  return {
    id: /posts\/([\da-f-]{36})\//.exec(link?.getAttribute("href") ?? "")?.[1] ?? "",
    address: link?.getAttribute("href") ?? "",
    number: post.id.replace("post-", ""),
    name: post.querySelector(".person__name")?.textContent.trim() ?? "",
  };
}

export function filled(pattern, { name, number }) {
  return pattern.replace("%(name)s", name).replace("%(number)s", number);
}
