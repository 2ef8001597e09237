// What a node's html says of its settings, written from `nodes/<type>/settings.ts`. The source has the two words SETTINGS
// and CREDENTIALS in the place of it; what is written there uses its constants `t` and `dialogs`.

/** The kinds that the editor judges: the others take whatever is entered. */
const JUDGED = new Set([
    'number', 'integer', 'amount', 'url', 'path', 'webPath', 'names', 'pks', 'prefix', 'json', 'community', 'flowNode', 'typed', 'parameters', 'rules',
]); // prettier-ignore

/**
 * @param html of a node, with `defaults: SETTINGS,` and, where it has secrets, `credentials: CREDENTIALS,`
 * @param declared `{ version, settings, credentials }`
 * @returns the html with literals in their place
 * @throws where a word is missing, or stands there without what it stands for
 */
export function withSettings(html, { version, settings, credentials = [] }) {
    const defaults = Object.entries(settings).flatMap(([name, setting]) => propertiesOf(name, setting));
    const secrets = credentials.map((name) => property(name, `{ type: 'password' }`));
    const written = put(html, 'defaults: SETTINGS', [...defaults, property('version', `{ value: ${version} }`)]);
    if (secrets.length > 0) return put(written, 'credentials: CREDENTIALS', secrets);
    if (written.includes('CREDENTIALS')) throw new Error('The html names credentials, and none are declared');
    return written;
}

function put(html, marker, properties) {
    if (html.split(marker).length !== 2) throw new Error(`The html must have "${marker}" once`);
    const [key] = marker.split(':');
    return html.replace(marker, () => `${key}: {\n${properties.join('')}        }`);
}

const property = (name, value) => `            ${name}: ${value},\n`;

function propertiesOf(name, setting) {
    const own = property(name, `{ value: ${JSON.stringify(setting.default)}${rulesOf(name, setting)} }`);
    if (setting.kind !== 'typed') return [own];
    return [own, property(`${name}Type`, `{ value: ${JSON.stringify(setting.type)} }`)];
}

function rulesOf(name, setting) {
    const { kind, of, required, label, onlyWith, onlyWithout } = setting;
    // one that is needed only at times is judged by us: Node-RED asks for it always
    if (kind === 'configNode' && (onlyWith ?? onlyWithout) !== undefined)
        return `, type: '${of}', validate: dialogs.validator(t, '${name}', ${JSON.stringify({ ...setting, default: undefined, since: undefined })})`;
    if (kind === 'configNode') {
        const text = label === 'shared' ? 'dialogs.shared' : 't';
        return `, type: '${of}', required: ${required}, label: ${text}('label.${name}')`;
    }
    const type = kind === 'flowNode' ? `, type: '${of[0]}'` : '';
    if (!JUDGED.has(kind)) return type;
    const rules = JSON.stringify({ ...setting, default: undefined, since: undefined });
    return `${type}, validate: dialogs.validator(t, '${name}', ${rules})`;
}
