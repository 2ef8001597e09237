/** Works on the n-th of some things, counted round; where there is none, nothing happens. */
export function pick<T>(from: Iterable<T>, nth: number, work: (one: T) => void): void {
    const all = [...from];
    if (all.length > 0) work(all[nth % all.length]!);
}
