import { readFileSync } from "node:fs";
import { jwtVerify, SignJWT } from "jose";
import { expect, it } from "vitest";

// The other half is tests/Api.Tests/Accounts/JwtTests.cs: there our signer makes one of these tokens and verifies the other.
interface Shared {
  readonly key: string;
  readonly claims: Record<string, string | number>;
  readonly byUs: string;
  readonly byJose: string;
}

const file = new URL("../../../../tests/Api.Tests/Accounts/jose.json", import.meta.url);
const shared = JSON.parse(readFileSync(file, "utf8")) as Shared;
const key = new Uint8Array(Buffer.from(shared.key, "base64url"));

it("verifies a token that the server's own signer made", async () => {
  const { payload, protectedHeader } = await jwtVerify(shared.byUs, key, {
    algorithms: ["HS256"],
    issuer: "cafeteria",
    audience: "cafeteria-api",
    typ: "JWT",
    requiredClaims: ["sub", "sid", "iat", "exp"],
  });
  expect(payload).toEqual(shared.claims);
  expect(protectedHeader.alg).toBe("HS256");
});

it("makes the token that the server verifies", async () => {
  const token = new SignJWT(shared.claims).setProtectedHeader({ typ: "JWT", alg: "HS256", kid: "jose" });
  expect(await token.sign(key)).toBe(shared.byJose);
});
