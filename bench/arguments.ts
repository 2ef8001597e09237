/** What stands behind a word of the command line: `--only cpu` or `--only=cpu`. */
export function argument(name: string): string | undefined {
    const at = process.argv.findIndex((word) => word === name || word.startsWith(`${name}=`));
    const word = process.argv[at];
    return word === undefined ? undefined : word.includes('=') ? word.slice(name.length + 1) : process.argv[at + 1];
}

/** As `argument`, a list with commas. */
export function listed(name: string): string[] | undefined {
    return argument(name)?.split(',');
}
