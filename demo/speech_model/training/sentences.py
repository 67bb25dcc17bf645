"""What is said in training: sentences of the phrase book, sentences with wrong words, and word salad.

A model that hears only the book learns to recite it. Salad and changed sentences force it to listen.
"""

import random

from demo import phrases

BOOK_SHARE = 0.4
CHANGED_SHARE = 0.2


def training_sentence(rng: random.Random) -> str:
    """Draw one sentence: 40 % of the book, 20 % of the book with changed words, 40 % salad."""
    chance = rng.random()
    if chance < BOOK_SHARE:
        return book_sentence(rng)
    if chance < BOOK_SHARE + CHANGED_SHARE:
        return changed_sentence(rng)
    return salad(rng)


def book_sentence(rng: random.Random) -> str:
    """Fill a template of the book; held-out templates and fillings never come."""
    while True:
        template = rng.choice(phrases.templates())
        sentence = phrases.fill(template, rng)
        if not phrases.is_held_out(template, sentence):
            return sentence


def unseen_sentence(rng: random.Random) -> str:
    """Draw a sentence that training never heard: a held-out template or filling."""
    while True:
        template = rng.choice(phrases.templates())
        sentence = phrases.fill(template, rng)
        if phrases.is_held_out(template, sentence):
            return sentence


def changed_sentence(rng: random.Random) -> str:
    """Replace, drop or insert one to three words of a sentence of the book."""
    words = book_sentence(rng).split()
    for _ in range(rng.randint(1, 3)):
        position = rng.randrange(len(words) + 1)
        action = rng.random()
        if action < 0.6 and position < len(words):
            words[position] = rng.choice(phrases.vocabulary())
        elif action < 0.8 or len(words) < 3:
            words.insert(position, rng.choice(phrases.vocabulary()))
        else:
            words.pop(min(position, len(words) - 1))
    return " ".join(words)


def salad(rng: random.Random) -> str:
    """Draw one to nine words of the vocabulary, each as likely as any other."""
    count = 1 if rng.random() < 0.05 else rng.randint(2, 9)
    return " ".join(rng.choice(phrases.vocabulary()) for _ in range(count))
