/** What is taken out of texts that people send to others. */
export interface Private {
    /** names of prints, files, Parts and printers */
    names: Iterable<string>;
    /** addresses and host names that a person entered; others are found by their form */
    addresses: Iterable<string>;
    /** addresses stay where they are */
    keepAddresses?: boolean;
}

/** A name is also found where its end was cut off, from this many characters on. */
const BEGINNING = 8;
/** A shorter one is an ordinary word, or part of one. */
const SHORTEST = 3;

const URLS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>()[\]{}]+/gi;
const EMAILS = /\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g;
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g;
const IPV6 = /\[?\b(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})+\b\]?(?::\d+)?|\[?::1\b\]?(?::\d+)?/gi;
const LOCAL_HOSTS = /\b[\w-]+\.(?:local|lan|home|internal|localdomain)\b(?::\d+)?/gi;
const ISO_TIME = /^\d{4}-\d\d-\d\dT/;

/**
 * Makes a function that takes names and addresses out of a text: they become `<name>` and `<address>`. Ids, codes, times
 * and the words of servers stay.
 */
export function anonymizer({ names, addresses, keepAddresses = false }: Private): (text: string) => string {
    const takeNames = nameFilter(names);
    if (keepAddresses) return takeNames;
    const hosts = [...addresses].flatMap(hostsOf).sort((a, b) => b.length - a.length);
    return (text) => {
        const withoutUrls = text.replace(URLS, '<address>').replace(EMAILS, '<address>');
        const withoutHosts = hosts.reduce((clean, host) => clean.replaceAll(host, '<address>'), withoutUrls);
        const withoutNumbers = [IPV4, LOCAL_HOSTS].reduce(
            (clean, form) => clean.replace(form, '<address>'),
            withoutHosts,
        );
        return takeNames(
            withoutNumbers.replace(IPV6, (found) => (/^\d\d:\d\d:\d\d$/.test(found) ? found : '<address>')),
        );
    };
}

/** An address, and its host with and without the port. A host of one or two characters is found in its URL only. */
function hostsOf(address: string): string[] {
    const trimmed = address.trim().replace(/\/+$/, '');
    const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^/:]+)(:\d+)?/i.exec(trimmed);
    return [trimmed, `${host?.[1] ?? ''}${host?.[2] ?? ''}`, host?.[1] ?? ''].filter((each) => each.length >= SHORTEST);
}

/** By the beginnings of names, so that a ledger of 100,000 prints costs no more than the text is long. */
function nameFilter(names: Iterable<string>): (text: string) => string {
    const long = new Map<string, string[]>();
    const short = new Set<string>();
    for (const name of names) {
        const trimmed = name.trim();
        if (trimmed.length < SHORTEST || ISO_TIME.test(trimmed)) continue;
        if (trimmed.length < BEGINNING) {
            short.add(trimmed.toLowerCase());
            continue;
        }
        const beginning = trimmed.slice(0, BEGINNING).toLowerCase();
        const same = long.get(beginning);
        if (same === undefined) long.set(beginning, [trimmed.toLowerCase()]);
        else if (!same.includes(trimmed.toLowerCase())) same.push(trimmed.toLowerCase());
    }
    return (text) => {
        let clean = '';
        for (let at = 0; at < text.length;) {
            const found = longestAt(text, at, long.get(text.slice(at, at + BEGINNING).toLowerCase()) ?? []);
            clean += found === 0 ? text[at]! : '<name>';
            at += found === 0 ? 1 : found;
        }
        return clean.replace(/[\p{L}\p{N}_-]+/gu, (word) => (short.has(word.toLowerCase()) ? '<name>' : word));
    };
}

/** How many characters from here on are one of these names, or the beginning of one. */
function longestAt(text: string, at: number, names: readonly string[]): number {
    let longest = 0;
    for (const name of names) {
        let length = BEGINNING;
        while (length < name.length && text[at + length]?.toLowerCase() === name[length]) length++;
        longest = Math.max(longest, length);
    }
    return longest;
}
