import { make } from '../page/elements';
import { number } from '../page/format';

/** Names with their numbers. */
export function numbers(pairs: readonly (readonly [string, number])[]): HTMLElement {
    return make(
        'dl',
        { class: 'pts-numbers' },
        pairs.map(([name, n]) => make('div', {}, [make('dt', { text: name }), make('dd', { text: number(n) })])),
    );
}
