/** Longer texts are not kept here. */
const LONGEST = 64;
const MOST = 4096;
/** So many different texts are remembered to find those that come again. */
const RECENT = 1024;

/** Texts that come again and again (a state, a printer, a node's id), each of them once. */
export class FewTexts {
    private readonly texts: string[] = [];
    private readonly numbers = new Map<string, number>();
    private recent = new Set<string>();

    /** @returns null: it is not one of them */
    numberOf(text: string): number | null {
        const known = this.numbers.get(text);
        if (known !== undefined) return known;
        if (text.length > LONGEST || this.texts.length === MOST) return null;
        if (!this.recent.has(text)) {
            if (this.recent.size === RECENT) this.recent.clear();
            this.recent.add(text);
            return null;
        }
        this.recent.delete(text);
        this.numbers.set(text, this.texts.length);
        return this.texts.push(text) - 1;
    }

    textOf(number: number): string {
        return this.texts[number]!;
    }
}
