import { choices } from '../requests/choices';

/** The currencies that InvenTree knows, while one is typed. */
export function suggestCurrencies(input: JQuery): void {
    input.autoComplete({
        minLength: 0,
        search: (text, done) => {
            void choices('currencies', { search: text.trim() }).then((answer) =>
                done((answer?.items ?? []).map(({ name }) => ({ value: name, label: name }))),
            );
        },
    });
}
