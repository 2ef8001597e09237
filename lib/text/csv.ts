/** Signs that separate cells, as spreadsheets of different countries write them. */
const SEPARATORS = [';', ',', '\t'] as const;

/**
 * Reads a table. The separator is the one that the first line has most of.
 * @param text CSV, with quotes where a cell holds the separator, a quote or a line end
 * @returns rows of cells, trimmed; rows without any text are left out
 */
export function readCsv(text: string): string[][] {
    const table = text.replace(/^\ufeff/, '');
    const [first = ''] = table.split(/\r?\n/, 1);
    const countIn = (sign: string): number => first.split(sign).length;
    const separator = SEPARATORS.reduce((most, sign) => (countIn(sign) > countIn(most) ? sign : most));
    const rows: string[][] = [];
    let [row, cell, isQuoted] = [[] as string[], '', false];
    const endCell = (): void => {
        row.push(cell.trim());
        cell = '';
    };
    const endRow = (): void => {
        endCell();
        if (row.some((each) => each !== '')) rows.push(row);
        row = [];
    };
    for (let at = 0; at < table.length; at++) {
        const sign = table[at]!;
        if (isQuoted && sign === '"' && table[at + 1] === '"') cell += table[++at]!;
        else if (sign === '"' && (isQuoted || cell.trim() === '')) isQuoted = !isQuoted;
        else if (isQuoted) cell += sign;
        else if (sign === separator) endCell();
        else if (sign === '\n') endRow();
        else if (sign !== '\r') cell += sign;
    }
    endRow();
    return rows;
}

/** Writes a table, with commas. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
    const lines = rows.map((row) =>
        row.map((cell) => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)),
    );
    return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

/** A text as a cell that no spreadsheet takes for a formula: those begin with one of these signs. */
export function plainCell(text: string): string {
    return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
