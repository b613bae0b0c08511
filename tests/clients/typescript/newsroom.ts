// The main job with the types that openapi-typescript makes of our document: an article in, who holds the post out.
import createClient from "openapi-fetch";
import type { paths } from "./incumbent.js";

const [url, key] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });

const sent = await client.POST("/v1/articles", {
  body: {
    uri: "https://news.example/typescript",
    published: "2026-03-10",
    text:
      "Norland's Deputy Harbour Minister Olga Varen was dismissed from her post on Tuesday, the Harbour Ministry said." +
      " She will be replaced by Piet Halloran.",
  },
});
if (!sent.data || !("claims" in sent.data)) throw new Error(JSON.stringify(sent));

const who = await client.GET("/v1/who", {
  params: { query: { post: "deputy harbour minister", as_of: "2026-03-10", min_position: sent.data.position } },
});
const answer = who.data?.answer;
if (!answer) throw new Error(JSON.stringify(who));

const changes = await client.GET("/v1/changes", { params: { query: { post: answer.post.id } } });
const nobody = await client.GET("/v1/persons/{person}", { params: { path: { person: "person-unknown" } } });

console.log(
  JSON.stringify({
    claims: sent.data.claims.map((claim) => claim.kind).sort(),
    holders: answer.holders.map((holder) => holder.name),
    changes: changes.data?.changes.map((change) => change.kind),
    problem: nobody.error?.type,
  }),
);
