import type { Command } from './commands';
import { pick } from './pick';
import type { World } from './world';

/** What people do in InvenTree, without asking the flow. */
export class Storekeeper {
    private names = 0;

    constructor(private readonly world: World) {}

    act(command: Command): void {
        this.world.byPerson = true;
        try {
            this.work(command);
        } finally {
            this.world.byPerson = false;
        }
    }

    private work(command: Command): void {
        const { inventree, model } = this.world;
        const { person, state } = inventree;
        switch (command.do) {
            case 'split':
                return pick(
                    this.world.items(),
                    command.pick,
                    ({ pk, quantity }) => void person.split(pk, quantity / 2),
                );
            case 'merge':
                return pick(this.world.pairs(), command.pick, (pair) => void person.merge(pair));
            case 'sell out':
                return pick(this.world.items(), command.pick, ({ pk }) => person.sellOut(pk));
            case 'sell out at once':
                this.world.buyer = true;
                return;
            case 'count':
                return pick(this.world.items(), command.pick, ({ pk, quantity }) =>
                    person.editStock(pk, { quantity: quantity + 1 }),
                );
            case 'change the batch':
                return pick(this.world.items(), command.pick, ({ pk }) => {
                    person.editStock(pk, { batch: `Box ${++this.names}` });
                    model.batchChanged(pk);
                });
            case 'move':
                return pick(this.world.items(), command.pick, ({ pk }) =>
                    person.editStock(pk, { location: inventree.addLocation({ name: `Shelf ${++this.names}` }).pk }),
                );
            case 'rename':
                return pick(model.parts.keys(), command.pick, (pk) => person.rename(pk, `Our ${++this.names}`));
            case 'renumber':
                return pick(model.parts.keys(), command.pick, (pk) => {
                    person.renumber(pk, `SKU-${++this.names}`);
                    model.partHidden(pk, state.parts.get(pk)!.active);
                });
            case 'deactivate':
                return pick(model.parts.keys(), command.pick, (pk) => this.deactivate(pk));
            case 'revise':
                return pick(model.parts.keys(), command.pick, (pk) => {
                    const { name, IPN, category } = state.parts.get(pk)!;
                    const revision = `R${++this.names}`;
                    model.partRevised(inventree.addPart({ name, IPN, category, revision }).pk, pk);
                    if (command.deactivate) this.deactivate(pk);
                });
            case 'delete the Part':
                return pick(model.parts.keys(), command.pick, (pk) => person.deletePart(pk));
            case 'own image':
                return pick(model.parts.keys(), command.pick, (pk) => person.setImage(pk));
            default:
                throw new Error(`nobody does ${command.do}`);
        }
    }

    private deactivate(pk: number): void {
        this.world.inventree.person.editPart(pk, { active: false });
        this.world.model.partHidden(pk, !this.world.isRenumbered(pk));
    }
}
