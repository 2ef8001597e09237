/** At the end of the names of G-code files; a pattern may leave it out. */
const EXTENSION = /\.(gcode|gco|g)$/i;

/**
 * Files that are no products: the scripts that the plugin Continuous Print prints between two jobs and after the last
 * (its `ContinuousPrint/cp_bed_clearing_script.gcode`, and the name of earlier versions), and the usual name of one's own.
 */
export const DEFAULT_LEAVE_OUT: readonly string[] = [
    'cp_bed_clearing_script',
    'cp_queue_finished_script',
    'cp_queue_finished',
    'clear_bed',
    'bed_clearing',
];

/**
 * Patterns of paths and names, without regard to case: `*` is any text within a name, `**` any text, `?` one character. One
 * with a slash is of the whole path, and one that ends in a slash of all in that folder; any other is of the name alone,
 * with its `.gcode` or without.
 */
export class PathPatterns {
    private readonly ofPath: RegExp[];
    private readonly ofName: RegExp[];

    constructor(patterns: readonly string[]) {
        const given = patterns.map((each) => each.trim().normalize('NFC')).filter((each) => each !== '');
        const [paths, names] = [
            given.filter((each) => each.includes('/')),
            given.filter((each) => !each.includes('/')),
        ];
        this.ofPath = paths.map((each) => regExpOf(each.replace(/^\/+/, '').replace(/\/$/, '/**')));
        this.ofName = names.map(regExpOf);
    }

    /**
     * @param path in OctoPrint's words, e.g. `Queue/clear_bed.gcode`
     * @param display the name as it was uploaded, where it differs
     */
    matches(path: string, display: string | null = null): boolean {
        const whole = path.replace(/^\/+/, '').normalize('NFC');
        const names = [whole.split('/').at(-1)!, ...(display === null ? [] : [display.normalize('NFC')])];
        return any(this.ofPath, [whole]) || any(this.ofName, names);
    }
}

function any(patterns: readonly RegExp[], texts: readonly string[]): boolean {
    const both = texts.flatMap((text) => [text, text.replace(EXTENSION, '')]);
    return patterns.some((pattern) => both.some((text) => pattern.test(text)));
}

/** Stars that follow one another are one: a pattern of many would take forever. */
function regExpOf(pattern: string): RegExp {
    const parts = pattern.match(/\*+|\?|[^*?]+/g) ?? [];
    const source = parts.map((part) => {
        if (part === '?') return '[^/]';
        if (part.startsWith('*')) return part.length > 1 ? '.*' : '[^/]*';
        return part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
    });
    return new RegExp(`^${source.join('')}$`, 'isu');
}
