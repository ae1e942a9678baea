// What the browser needs to make and use a passkey (WebAuthn): bytes travel as base64url in JSON.

type Json = Record<string, unknown>;

const bytes = (text: string): ArrayBuffer => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
};

const letters = (value: ArrayBuffer | null | undefined): string | null =>
  value
    ? btoa(String.fromCharCode(...new Uint8Array(value))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
    : null;

const named = (list: unknown): PublicKeyCredentialDescriptor[] =>
  ((list ?? []) as { id: string; type: "public-key"; transports?: AuthenticatorTransport[] }[]).map((one) => ({ ...one, id: bytes(one.id) }));

/** Whether this browser has them at all. */
export const canPasskey = (): boolean => typeof window.PublicKeyCredential === "function";

/** The person closed the browser's own window, or let its time pass: no fault, and nothing to be alarmed at. */
export const wasPutOff = (error: unknown): boolean =>
  error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);

const shared = (credential: PublicKeyCredential): Json => ({
  id: credential.id,
  rawId: letters(credential.rawId),
  type: credential.type,
});

/** Makes one, from the server's options; the answer is what the server awaits. */
export async function makePasskey(options: Json): Promise<Json> {
  const user = options.user as { id: string; name: string; displayName: string };
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: named(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...shared(made),
    response: {
      clientDataJSON: letters(response.clientDataJSON),
      attestationObject: letters(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** Signs the server's challenge with one. */
export async function signPasskey(options: Json): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    allowCredentials: named(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const found = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = found.response as AuthenticatorAssertionResponse;
  return {
    ...shared(found),
    response: {
      clientDataJSON: letters(response.clientDataJSON),
      authenticatorData: letters(response.authenticatorData),
      signature: letters(response.signature),
      userHandle: letters(response.userHandle),
    },
  };
}
