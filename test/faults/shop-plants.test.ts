import assert, { AssertionError } from 'node:assert/strict';
import sinon from 'sinon';
import { VkRates } from '../../lib/clients/vk/rates';
import { BatchPlanner } from '../../lib/destinations/vk-market/batch-plan';
import { Brakes } from '../../lib/destinations/vk-market/rules/brakes';
import { ShopAlbums } from '../../lib/destinations/vk-market/shop/albums';
import { MarketFixture, productOf } from '../unit/destinations/vk-market/fixture';
import { ShopStory } from './shop/shop-story';

/** A history that does not come to what is planted says nothing: one of so many has to. */
const MOST_STORIES = 12;
const HOUR = 3_600_000;

/** A bug of ours, and what of the proofs has to find it. */
interface Plant {
    bug: string;
    plant: () => void;
    proof: () => Promise<void>;
}

const PLANTS: readonly Plant[] = [
    {
        bug: 'no brake ever holds',
        plant: () => void sinon.stub(Brakes.prototype, 'isOn').resolves(false),
        proof: stories,
    },
    {
        bug: 'a brake holds what a person agreed to',
        plant: () => void sinon.stub(Brakes.prototype, 'agree').resolves([]),
        proof: stories,
    },
    {
        bug: 'an item is not taken out of the album of before',
        plant: () => void sinon.stub(ShopAlbums.prototype, 'leave').resolves(),
        proof: stories,
    },
    {
        bug: 'an item is said to be in an album that it was never put into',
        plant: () =>
            void sinon
                .stub(ShopAlbums.prototype, 'join')
                .callsFake((wanted) => Promise.resolve(new Map([...wanted].map(([id, items]) => [id, [...items]])))),
        proof: stories,
    },
    {
        bug: 'an item is not read before it is written, so that a person’s hand is not seen',
        plant: () => void sinon.stub(BatchPlanner.prototype as unknown as { look: () => unknown }, 'look').resolves([]),
        proof: stories,
    },
    {
        bug: 'VK is asked while its flood gate is shut',
        plant: () => void sinon.stub(VkRates.prototype, 'admit').resolves(),
        proof: floodGate,
    },
    {
        bug: 'a flood gate is forgotten over a restart',
        plant: () =>
            void sinon
                .stub(VkRates.prototype as unknown as { save: (change: object) => void }, 'save')
                .callsFake(function (this: { state: object }, change) {
                    this.state = { ...this.state, ...change };
                }),
        proof: floodGate,
    },
];

/** VK shuts its gate: it is left alone for an hour, over a restart, and what waited comes into the shop then. */
async function floodGate(): Promise<void> {
    const shop = await new MarketFixture().open();
    try {
        await shop.one(productOf('a'));
        shop.vk.trouble = () => ({ code: 9 });
        await shop.until(shop.take(productOf('a', { price: 120 })).catch(() => null));
        shop.vk.trouble = undefined;
        const { asked } = shop;
        for (let n = 0; n < 2; n++) {
            await shop.until(shop.take(productOf('a', { price: 120 })).catch(() => null));
            assert.equal(shop.asked, asked, 'VK is left alone');
            await shop.restart();
            await shop.clock.advance(HOUR / 4);
        }
        await shop.clock.advance(HOUR);
        await shop.one(productOf('a', { price: 120 }));
        assert.equal(shop.item('a')?.price, 12_000);
    } finally {
        await shop.close();
    }
}

async function stories(): Promise<void> {
    for (let seed = 1; seed <= MOST_STORIES; seed++) await new ShopStory(seed).play();
}

describe('planted bugs of brakes, albums, flood gate and people’s hands are found', function () {
    this.timeout(600_000);

    afterEach(() => sinon.restore());

    it('without one the flood gate holds', floodGate);

    for (const { bug, plant, proof } of PLANTS)
        it(bug, async () => {
            plant();
            await assert.rejects(proof(), AssertionError);
        });
});
