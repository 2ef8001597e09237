import { splitOff } from './adjustments';
import { storeFile } from './images';
import { png } from './pictures';
import { setQuantity } from './stock-rows';
import type { State } from './state';
import { parameterValue } from './parameter-values';
import type { Part, StockItem } from './types';

/** Someone who works in the InvenTree frontend. What they set is theirs: overwriting it is a violation. */
export class Person {
    constructor(private readonly state: State) {}

    /** Sells all there is; the item is deleted unless it is to be kept when depleted. */
    sellOut(pk: number): void {
        setQuantity(this.state, this.item(pk), 0);
    }

    /** Takes some of an item to another place: an item of its own with the same batch. */
    split(pk: number, quantity: number, location?: number): StockItem {
        const item = this.item(pk);
        return splitOff(this.state, item, quantity, { location: location ?? item.location }, null);
    }

    /** Puts items together; as the server does it, only the first is left, and with it only its batch. */
    merge(pks: number[]): StockItem {
        const [first, ...others] = pks.map((pk) => this.item(pk));
        for (const other of others) {
            this.state.changeStock(first!, { quantity: first!.quantity + other.quantity });
            this.state.removeStock(other);
        }
        return first!;
    }

    editStock(pk: number, changes: Partial<StockItem>): void {
        const item = this.item(pk);
        this.state.changeStock(item, changes);
        for (const field of Object.keys(changes)) item.setByPerson.add(field);
    }

    editPart(pk: number, changes: Partial<Part>): void {
        const part = this.part(pk);
        this.state.changePart(part, changes);
        for (const field of Object.keys(changes)) part.setByPerson.add(field);
    }

    rename(pk: number, name: string): void {
        this.editPart(pk, { name });
    }

    renumber(pk: number, IPN: string): void {
        this.editPart(pk, { IPN });
    }

    setImage(pk: number, content: Buffer = png({ bytes: 500 }), filename = 'own photo.png'): void {
        this.editPart(pk, { image: storeFile(this.state, 'part_images', { filename, content }) });
    }

    setParameter(part: number, template: number, data: string): void {
        const { state } = this;
        const value = parameterValue(state, state.templates.get(template)!, data);
        const parameter =
            state.parameterOf(part, template) ??
            state.addParameter({
                pk: state.pk('parameter'),
                part,
                template,
                data,
                data_numeric: null,
                note: '',
                updated: new Date(),
                updated_by: state.accounts.admin.pk,
                setByPerson: new Set<string>(),
            });
        state.changeParameter(parameter, { ...value, updated: new Date() });
        parameter.setByPerson.add('data');
    }

    /** Deletes a Part, and with it its stock. */
    deletePart(pk: number): void {
        this.state.removePart(this.part(pk));
    }

    deleteStock(pk: number): void {
        this.state.removeStock(this.item(pk));
    }

    lock(pk: number): void {
        this.state.changePart(this.part(pk), { locked: true });
    }

    private part(pk: number): Part {
        const part = this.state.parts.get(pk);
        if (!part) throw new Error(`no Part ${pk}`);
        return part;
    }

    private item(pk: number): StockItem {
        const item = this.state.stock.get(pk);
        if (!item) throw new Error(`no StockItem ${pk}`);
        return item;
    }
}
