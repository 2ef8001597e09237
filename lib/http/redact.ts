/**
 * A function that takes secrets out of a text: each becomes `•••`. Also its URL-encoded and Base64 forms.
 * Secrets shorter than four characters are left (they would blank out ordinary words).
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
    const forms = secrets
        .filter((secret) => secret.length >= 4)
        .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
        .sort((a, b) => b.length - a.length);
    return (text) => forms.reduce((clean, secret) => clean.replaceAll(secret, '•••'), text);
}
