import { choicesFrom } from '../requests/choices';
import { connectionOf, type ShownConnection } from '../requests/stores';

/** The server of whose entries one is chosen in the dialog that is open. */
export interface ChoiceSource {
    /** null: nowhere to ask, fields stay plain */
    readonly connection: () => ShownConnection | null;
    /** the field that chooses the server, as a selector */
    readonly chosenBy: string;
}

/** The InvenTree of the sync store that is chosen. */
export const OF_STORE: ChoiceSource = { connection: choicesFrom, chosenBy: '#node-input-sync' };

/** The server that a config node of the dialog holds. @param property of that config node, e.g. `inventree` */
export function ofConfig(property: string): ChoiceSource {
    const chosenBy = `#node-input-${property}`;
    return { chosenBy, connection: () => connectionOf($(chosenBy).val()) };
}
