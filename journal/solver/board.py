"""Blocks on their positions: what is free, what stands in the way, what is taken by whom."""

from collections import defaultdict

from journal.solver.blocks import DAYS, Block, Blocks, Unfit, bits

NOWHERE = -1


class Board:
    """A timetable in the making. `positions` says where each block stands; a block may stand nowhere yet."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks, self.all = blocks, blocks.all
        size = 2 * blocks.half
        self.half = blocks.half
        self.positions = [NOWHERE] * len(self.all)
        self.who_at = [[NOWHERE] * size for _ in blocks.whom]
        self.busy = [0] * len(blocks.whom)
        self.near = blocks.overlaps()
        self.shadow = [0] * len(blocks.whom)
        self.room = [self._capacity(pool) for pool in blocks.pools]
        self.in_pool: list[dict[int, list[int]]] = [defaultdict(list) for _ in blocks.pools]
        self.levels: list[list[tuple[int, int]]] = [[] for _ in blocks.pools]
        for (pool, need), level in blocks.needs.items():
            self.levels[pool].append((level, need))
        self.full = [sum(1 << one for one, most in enumerate(self.room[pool]) if most < need) for pool, need in blocks.needs]
        days = [blocks.day(day) for day in range(DAYS)]
        self.day_at = [days[blocks.slot(position)[0]] for position in range(size)]
        self.is_plain = [
            most == 1 and not apart and not self.near for most, apart in zip(blocks.most, blocks.apart, strict=True)
        ]
        self.shut = [0] * len(blocks.most)
        self.in_class: list[dict[int, list[int]]] = [defaultdict(list) for _ in blocks.classes]
        self.used = [0] * len(blocks.classes)

    def _capacity(self, pool: tuple[int, ...]) -> list[int]:
        """How many rooms of a pool are open, by position."""
        never = self.blocks.problem.never
        found = []
        for position in range(2 * self.half):
            slot = self.blocks.slot(position)
            found.append(len(pool) - sum(slot in never.get(f"room-{one}", ()) for one in pool))
        return found

    def place_all(self, positions: list[int]) -> None:
        """Put every block of a timetable. Raises `Unfit` where they don't go together."""
        for number, position in enumerate(positions):
            if not self.free(number) >> position & 1:
                raise Unfit
            self.place(number, position)

    # --- putting and taking

    def place(self, number: int, position: int) -> None:
        """Put a block where it is free."""
        block = self.all[number]
        self.positions[number] = position
        taken = block.cover_mask << position
        for who in block.whom:
            self.busy[who] |= taken
            at = self.who_at[who]
            for one in block.cover:
                at[position + one] = number
        start = position % self.half
        for klass in block.classes:
            self.used[klass] |= block.span_mask << start
            for one in block.spans:
                self.in_class[klass][start + one].append(number)
        if block.pools:
            self._into_pools(number, position)
        if self.is_plain[block.course]:
            self.shut[block.course] |= self.day_at[position]
        else:
            self._after(block)

    def take(self, number: int) -> None:
        """Take a block away."""
        block, position = self.all[number], self.positions[number]
        self.positions[number] = NOWHERE
        taken = block.cover_mask << position
        for who in block.whom:
            self.busy[who] ^= taken
            at = self.who_at[who]
            for one in block.cover:
                at[position + one] = NOWHERE
        start = position % self.half
        for klass in block.classes:
            for one in block.spans:
                there = self.in_class[klass][start + one]
                there.remove(number)
                if not there:
                    self.used[klass] ^= 1 << (start + one)
        if block.pools:
            self._out_of_pools(number, position)
        if self.is_plain[block.course]:
            self.shut[block.course] ^= self.day_at[position]
        else:
            self._after(block)

    def _into_pools(self, number: int, position: int) -> None:
        for pool in self.all[number].pools:
            for one in self.all[number].cover:
                self.in_pool[pool][position + one].append(number)
                self._recount(pool, position + one)

    def _out_of_pools(self, number: int, position: int) -> None:
        for pool in self.all[number].pools:
            for one in self.all[number].cover:
                self.in_pool[pool][position + one].remove(number)
                self._recount(pool, position + one)

    def _recount(self, pool: int, spot: int) -> None:
        """For how many rooms of a pool it is too full at a time."""
        open_, bit = self.room[pool][spot] - len(self.in_pool[pool][spot]), 1 << spot
        for level, need in self.levels[pool]:
            if open_ < need:
                self.full[level] |= bit
            else:
                self.full[level] &= ~bit

    def _after(self, block: Block) -> None:
        """What a course and the bells forbid now."""
        if self.near:
            for who in block.whom:
                self.shadow[who] = sum(1 << other for one in bits(self.busy[who]) for other in self.near.get(one, ()))
        course, counts, mask = block.course, defaultdict[int, int](int), 0
        for number in self.blocks.of_course[course]:
            position = self.positions[number]
            if position >= 0:
                day = self.day_at[position]
                counts[day] += 1
                if counts[day] == self.blocks.most[course]:
                    mask |= day
                if self.blocks.apart[course]:
                    width = len(self.all[number].spans)
                    around = ((1 << (width + 2)) - 1) << ((position % self.half) - 1)
                    mask |= around | around << self.half
        self.shut[course] = mask

    # --- asking

    def free(self, number: int) -> int:
        """The positions in which nothing is in a block's way."""
        block = self.all[number]
        taken = self.shut[block.course]
        for who in block.whom:
            taken |= self.busy[who] | self.shadow[who]
        for level in block.levels:
            taken |= self.full[level]
        if block.is_weekly:
            taken |= taken >> self.half
        if len(block.spans) > 1:
            taken |= taken >> 1
        return block.allowed & ~taken

    def in_the_way(self, number: int, position: int) -> set[int] | None:
        """The blocks that have to go for a block to stand at a position; None when one of them can't."""
        block, found = self.all[number], set[int]()
        for one in block.cover:
            spot = position + one
            for who in block.whom:
                found.add(self.who_at[who][spot])
                for other in self.near.get(spot, ()):
                    found.add(self.who_at[who][other])
            for pool in set(block.pools):
                if not self._makes_room(pool, spot, block.pools.count(pool), found):
                    return None
        found.discard(NOWHERE)
        self._of_course(block, position, found)
        found.discard(number)
        if any(self.all[one].is_fixed for one in found):
            return None
        return found

    def _makes_room(self, pool: int, spot: int, need: int, found: set[int]) -> bool:
        there = [one for one in self.in_pool[pool][spot] if one not in found]
        over = len(there) + need - self.room[pool][spot]
        while over > 0:
            loose = [one for one in there if not self.all[one].is_fixed]
            if not loose:
                return False
            found.add(loose[0])
            over -= there.count(loose[0])
            there = [one for one in there if one != loose[0]]
        return True

    def _of_course(self, block: Block, position: int, found: set[int]) -> None:
        """Others of the same course on the day, and right beside."""
        if not self.shut[block.course] >> position & 1 and len(block.spans) == 1:
            return
        blocks, start = self.blocks, position % self.half
        day, there = blocks.slot(position)[0], []
        for one in blocks.of_course[block.course]:
            at = self.positions[one]
            if at >= 0 and one not in found and blocks.slot(at)[0] == day:
                there.append(one)
                at %= self.half
                if blocks.apart[block.course] and start - len(self.all[one].spans) <= at <= start + len(block.spans):
                    found.add(one)
        rest = [one for one in there if one not in found]
        found.update(rest[: max(0, len(rest) + 1 - blocks.most[block.course])])
