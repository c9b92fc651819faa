"""What policies say in the words of the provider that a server pretends to be."""

from dataclasses import replace

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.failures import Failure, failure_step
from pytest_fakemail.policies.policy import Refusal
from pytest_fakemail.policies.visits import UNASKED
from pytest_fakemail.wire.effects import Close, Effect
from pytest_fakemail.wire.exchange import Exchange


def said_as(
    failure: Failure, exchange: Exchange, refusal: Refusal, clock: Clock, hostname: str
) -> list[Effect]:
    """Return the answer; where nothing was asked, IMAP's NO becomes BYE.

    The domain that SPF and DMARC are about need not be that of the envelope's sender.
    """
    text = failure.text
    if domain := str(refusal.facts.get("domain", "")):
        text = text.replace("{sender_domain}", domain)
    is_unasked = failure.protocol == "imap" and exchange.verb in UNASKED
    answer = "bye" if is_unasked and failure.answer != "send" else failure.answer
    step = failure_step(replace(failure, text=text, answer=answer, challenge=""), clock, hostname)
    effects = list(step.change(exchange, ()))
    is_over = failure.endless or any(isinstance(effect, Close) for effect in effects)
    if refusal.closes and not is_over:
        effects.append(Close())
    return effects
