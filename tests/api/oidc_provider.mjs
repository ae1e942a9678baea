// A real OpenID Connect provider (node-oidc-provider) on this machine: node oidc_provider.mjs BACK...
// Prints its address when it listens. Whoever signs in as NAME is NAME; the groups are those of PEOPLE.
import { createServer } from "node:http";
import { once } from "node:events";
import Provider from "../../console/node_modules/oidc-provider/lib/index.js";

const PEOPLE = { hana: ["hinomi-admins", "staff"], ken: ["ward"], guest: [], boss: ["ward"] };
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    { client_id: "hinomi", redirect_uris: process.argv.slice(2), token_endpoint_auth_method: "none", grant_types: ["authorization_code"], response_types: ["code"] },
    { client_id: "sealed", client_secret: "a secret of the test", redirect_uris: process.argv.slice(2), grant_types: ["authorization_code"], response_types: ["code"] },
    { client_id: "other", redirect_uris: process.argv.slice(2), token_endpoint_auth_method: "none", grant_types: ["authorization_code"], response_types: ["code"] },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
  scopes: ["openid", "profile", "groups"],
  conformIdTokenClaims: process.env.HINOMI_USERINFO === "1", // then the claims are told at userinfo only
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id} of the ward`, preferred_username: id === "boss" ? "local" : id, groups: PEOPLE[id] ?? [] }),
  }),
});
server.on("request", provider.callback());
console.log(issuer);
