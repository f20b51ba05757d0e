"""What the words of a status or type column say of a line: paid, refunded, void, failed … in seven languages here.

`status_languages` has the words of more. A new word is one word more in its line of `_WORDS`; a new
kind is one entry of `KINDS` and one of `_WORDS`.
Words are compared without capitals, accents and marks ("Partially_Refunded", "partially refunded" are one).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from segmentation.core.text import word_key
from segmentation.data.sources.status_languages import FURTHER_WORDS

__all__ = ["KINDS", "TREATMENTS", "WordKind", "kind_of", "kinds_of", "known_share"]

TREATMENTS = {
    "purchase": "A purchase",
    "return": "A return",
    "none": "No purchase",
}
"""What a line with a word may count as."""


@dataclass(frozen=True)
class WordKind:
    """A kind of word: its label, and what a line with it counts as in a status column and in a type column.

    A status speaks of the order on whose line it stands; a type speaks of the line itself. So the word "chargeback"
    as a status takes an order back, as a type it is a line of its own that takes money back.
    """

    label: str
    status: str
    type: str


KINDS: dict[str, WordKind] = {
    "paid": WordKind("paid or done", "purchase", "purchase"),
    "billed": WordKind("billed or under way, not paid yet", "purchase", "purchase"),
    "part refunded": WordKind("refunded in part", "purchase", "purchase"),
    "refunded": WordKind("refunded", "none", "none"),
    "void": WordKind("cancelled or void", "none", "none"),
    "failed": WordKind("failed or refused", "none", "none"),
    "pending": WordKind("not completed", "none", "none"),
    "chargeback": WordKind("taken back by the bank", "none", "return"),
    "sale": WordKind("a sale", "purchase", "purchase"),
    "return": WordKind("a return or refund", "return", "return"),
    "other": WordKind("no sale: a fee, a transfer or a conversion", "none", "none"),
    "unknown": WordKind("a word that is not known", "purchase", "purchase"),
}
"""Every kind. Unknown words count as purchases and are named."""

# English; German; French; Spanish; Portuguese; Dutch; Italian. Written without accents.
_WORDS: dict[str, tuple[str, ...]] = {
    "paid": (
        "paid", "succeeded", "success", "successful", "complete", "completed", "captured", "settled", "approved",
        "accepted", "processed", "posted", "cleared", "closed", "delivered", "fulfilled", "ok", "done", "confirmed",
        "finished", "paid in full", "payment received", "payment accepted", "cleared funds", "dispute won", "active",
        "bezahlt", "gezahlt", "beglichen", "abgeschlossen", "erledigt", "erfolgreich", "geliefert", "zugestellt",
        "gebucht", "verbucht", "ausgeglichen", "bestatigt", "abgerechnet", "genehmigt", "akzeptiert", "fertig",
        "paye", "payee", "regle", "reglee", "reussi", "reussie", "termine", "terminee", "livre", "livree", "encaisse",
        "encaissee", "accepte", "acceptee", "approuve", "effectue", "effectuee", "confirme", "confirmee", "soldee",
        "pagado", "pagada", "completado", "completada", "cobrado", "cobrada", "aprobado", "aprobada", "aceptado",
        "aceptada", "entregado", "entregada", "exitoso", "liquidado", "confirmado", "confirmada", "realizado",
        "pago", "paga", "concluido", "concluida", "aprovado", "aprovada", "entregue", "finalizado", "finalizada",
        "liquidada", "recebido", "faturado pago",
        "betaald", "voldaan", "voltooid", "geslaagd", "afgerond", "geleverd", "bezorgd", "goedgekeurd", "gelukt",
        "verwerkt", "bevestigd", "afgehandeld",
        "pagato", "pagata", "completato", "completata", "riuscito", "consegnato", "consegnata", "saldato", "saldata",
        "approvato", "approvata",
    ),
    "billed": (
        "open", "overdue", "past due", "unpaid", "not paid", "due", "outstanding", "invoiced", "billed", "sent",
        "partially paid", "partly paid", "processing", "shipped", "dispatched", "in transit", "part paid", "late",
        "partially fulfilled", "unfulfilled", "ready", "packed", "in process", "awaiting fulfillment",
        "awaiting fulfilment", "awaiting shipment", "awaiting pickup", "partially shipped", "on the way",
        "out for delivery", "backordered", "preparation in progress",
        "offen", "uberfallig", "unbezahlt", "nicht bezahlt", "fallig", "teilweise bezahlt", "teilbezahlt",
        "in bearbeitung", "versendet", "versandt", "verschickt", "gemahnt", "fakturiert", "berechnet",
        "impaye", "impayee", "non paye", "non payee", "en retard", "echue", "ouverte", "ouvert", "facture", "facturee",
        "expedie", "expediee", "en preparation", "partiellement paye", "partiellement payee", "a payer",
        "abierta", "abierto", "vencida", "vencido", "impagada", "impagado", "no pagado", "no pagada", "facturado",
        "facturada", "enviado", "enviada", "pagado parcialmente", "parcialmente pagado", "en preparacion",
        "aberto", "aberta", "nao pago", "faturado", "faturada", "parcialmente pago", "em atraso", "em preparacao",
        "openstaand", "vervallen factuur", "onbetaald", "niet betaald", "gefactureerd", "verzonden",
        "gedeeltelijk betaald", "deels betaald", "in behandeling genomen", "te betalen",
        "aperta", "aperto", "scaduta", "non pagato", "non pagata", "spedito", "spedita", "fatturato", "in lavorazione",
    ),
    "part refunded": (
        "partially refunded", "partly refunded", "part refunded", "partially returned",
        "teilweise erstattet", "teilerstattet", "teilweise zuruckerstattet", "teilruckerstattung", "teilerstattung",
        "partiellement rembourse", "partiellement remboursee", "remboursement partiel", "rembourse partiellement",
        "reembolsado parcialmente", "parcialmente reembolsado", "reembolsada parcialmente", "reembolso parcial",
        "parcialmente reembolsada", "reembolsado parcial",
        "gedeeltelijk terugbetaald", "deels terugbetaald", "gedeeltelijke terugbetaling",
        "parzialmente rimborsato", "rimborsato parzialmente", "rimborso parziale",
    ),
    "refunded": (
        "refunded", "fully refunded", "returned", "reimbursed", "credited", "refund completed", "money returned",
        "erstattet", "zuruckerstattet", "ruckerstattet", "zuruckgezahlt", "gutgeschrieben", "retourniert",
        "zuruckgesendet", "zuruckgegeben", "ruckvergutet",
        "rembourse", "remboursee", "retourne", "retournee", "recredite",
        "reembolsado", "reembolsada", "devuelto", "devuelta",
        "devolvido", "devolvida", "estornado", "estornada", "restituido", "restituida",
        "terugbetaald", "geretourneerd", "gecrediteerd", "teruggestort",
        "rimborsato", "rimborsata", "reso effettuato", "restituito", "restituita",
    ),
    "void": (
        "void", "voided", "cancelled", "canceled", "annulled", "deleted", "withdrawn", "aborted", "abandoned",
        "canceled reversal", "written off", "no show", "cancelled by customer", "cancelled by seller",
        "storniert", "annulliert", "abgebrochen", "geloscht", "widerrufen", "ungultig", "zuruckgezogen", "gestrichen",
        "annule", "annulee", "abandonne", "abandonnee", "supprime", "resilie",
        "cancelado", "cancelada", "anulado", "anulada", "abandonado", "abandonada",
        "eliminado",
        "desistencia", "invalidado", "abortado",
        "geannuleerd", "vervallen", "afgebroken", "ongeldig", "ingetrokken",
        "annullato", "annullata", "cancellato", "cancellata", "stornato", "stornata", "abbandonato",
    ),
    "failed": (
        "failed", "fail", "failure", "declined", "denied", "rejected", "error", "expired", "unsuccessful", "blocked",
        "refused", "uncollectible", "bounced", "timed out", "timeout", "insufficient funds", "not approved",
        "payment failed", "do not honor", "fraud", "returned unpaid",
        "fehlgeschlagen", "gescheitert", "abgelehnt", "verweigert", "fehler", "abgelaufen", "uneinbringlich",
        "gesperrt", "nicht erfolgreich", "erfolglos", "zuruckgewiesen", "geplatzt",
        "echoue", "echouee", "echec", "refuse", "refusee", "rejete", "rejetee", "expire", "expiree", "erreur",
        "irrecouvrable",
        "fallido", "fallida", "fallo", "rechazado", "rechazada", "denegado", "denegada", "caducado", "caducada",
        "expirado", "expirada", "error de pago", "incobrable",
        "falhou", "falha", "falhado", "recusado", "recusada", "rejeitado", "rejeitada", "negado", "negada", "erro",
        "mislukt", "geweigerd", "afgewezen", "afgekeurd", "verlopen", "fout", "oninbaar", "niet gelukt",
        "fallito", "fallita", "rifiutato", "rifiutata", "negato", "scaduto", "errore",
    ),
    "pending": (
        "pending", "on hold", "held", "hold", "authorized", "authorised", "awaiting payment", "waiting", "draft",
        "incomplete", "created", "initiated", "started", "in progress", "scheduled", "queued", "in review",
        "under review", "payment pending", "pending payment", "uncaptured", "uncleared", "unconfirmed",
        "not completed", "placed on hold", "pending approval", "new", "unclaimed",
        "ausstehend", "wartend", "schwebend", "autorisiert", "entwurf", "in prufung", "angelegt", "vorgemerkt",
        "zahlung ausstehend", "in warteschlange", "unvollstandig", "wartet auf zahlung", "nicht abgeschlossen",
        "en attente", "autorise", "autorisee", "brouillon", "en cours", "incomplet", "en attente de paiement",
        "a confirmer", "planifie",
        "pendiente", "en espera", "autorizado", "autorizada", "borrador", "en proceso", "en curso", "incompleto",
        "pendiente de pago", "por confirmar",
        "pendente", "em espera", "aguardando", "aguardando pagamento", "rascunho", "em analise",
        "em processamento", "em andamento",
        "in afwachting", "wachtend", "in behandeling", "geautoriseerd", "concept", "wacht op betaling", "onvolledig",
        "lopend", "gepland",
        "in attesa", "in sospeso", "autorizzato", "autorizzata", "bozza", "in corso", "in attesa di pagamento",
    ),
    "chargeback": (
        "chargeback", "charge back", "charged back", "disputed", "dispute", "dispute lost", "reversed", "reversal",
        "charge refunded dispute", "payment reversal", "chargeback lost", "funds withdrawn", "inquiry",
        "rucklastschrift", "ruckbuchung", "zuruckgebucht", "angefochten", "ruckbelastung",
        "retrofacturation", "conteste", "contestee", "litige", "impaye retourne", "rejet de prelevement",
        "contracargo", "disputado", "en disputa", "retrocedido", "revertido", "revertida", "retroceso",
        "contestado", "em disputa", "contestada",
        "terugboeking", "teruggeboekt", "betwist", "storneren", "gestorneerd",
        "contestato", "riaddebito", "stornato dalla banca",
    ),
    "sale": (
        "sale", "sales", "purchase", "order", "invoice", "payment", "charge", "website payment", "capture",
        "express checkout payment", "mobile payment", "preapproved payment bill user payment", "subscription payment",
        "preapproved payment", "web accept payment received", "shopping cart item", "shopping cart payment received",
        "general payment", "mass pay payment", "checkout", "card payment", "sold", "booking", "order payment",
        "verkauf", "kauf", "einkauf", "bestellung", "auftrag", "rechnung", "zahlung", "umsatz", "lastschrift",
        "zahlungseingang", "kartenzahlung",
        "vente", "achat", "commande", "paiement", "encaissement", "reglement",
        "venta", "compra", "pedido", "factura", "cobro", "cargo",
        "venda", "encomenda", "fatura", "pagamento", "cobranca",
        "verkoop", "aankoop", "bestelling", "factuur", "betaling", "order betaling",
        "vendita", "acquisto", "ordine", "fattura", "incasso",
    ),
    "return": (
        "return", "returns", "refund", "refunds", "credit note", "credit memo", "payment refund", "return order",
        "cancellation", "partial refund", "sales return", "credit", "money back", "refund payment", "order refund",
        "retoure", "retouren", "ruckgabe", "gutschrift", "erstattung", "ruckerstattung", "storno", "stornierung",
        "ruckzahlung", "rucksendung", "rechnungskorrektur", "stornorechnung", "warenrucksendung", "widerruf",
        "avoir", "remboursement", "retour", "annulation", "note de credit",
        "devolucion", "reembolso", "abono", "nota de credito", "factura rectificativa", "anulacion", "nota de abono",
        "devolucao", "estorno", "nota de credito emitida", "cancelamento", "anulacao",
        "creditnota", "creditfactuur", "terugbetaling", "retourzending", "annulering", "restitutie",
        "reso", "rimborso", "nota di credito", "nota credito", "annullamento",
    ),
    "other": (
        "fee", "fees", "payment fee", "payout", "payouts", "transfer", "withdrawal", "general withdrawal",
        "general currency conversion", "currency conversion", "conversion", "deposit", "top up", "topup", "adjustment",
        "authorization", "account hold", "bank transfer", "interest", "balance transfer", "bank deposit to pp account",
        "user initiated withdrawal", "reserve", "reserve hold", "reserve release", "hold release", "tax withholding",
        "general account correction", "general authorization", "account hold for open authorization", "payment hold",
        "stripe fee", "application fee", "test", "opening balance", "closing balance", "contribution",
        "gebuhr", "gebuhren", "auszahlung", "uberweisung", "abhebung", "umrechnung", "einzahlung", "umbuchung",
        "wahrungsumrechnung", "zinsen", "anfangssaldo", "endsaldo",
        "frais", "virement", "retrait", "conversion de devise", "depot", "versement", "ajustement",
        "comision", "transferencia", "retiro", "retirada", "conversion de divisa", "deposito", "ajuste",
        "taxa", "tarifa", "transferencia bancaria", "saque", "levantamento", "conversao de moeda",
        "kosten", "uitbetaling", "overboeking", "opname", "valutaomrekening", "storting", "correctie",
        "commissione", "bonifico", "prelievo", "conversione di valuta", "versamento",
    ),
}  # fmt: skip

# The two sides of an account, where a column holds nothing else: what is charged to the customer is a purchase.
_SIDES = {
    "debit": "sale", "debits": "sale", "dr": "sale", "d": "sale", "soll": "sale", "s": "sale", "debe": "sale",
    "dare": "sale", "af": "sale", "debet": "sale", "debito": "sale",
    "credit": "return", "credits": "return", "cr": "return", "c": "return", "k": "return", "haben": "return",
    "h": "return", "haber": "return", "avere": "return", "bij": "return", "credito": "return",
}  # fmt: skip
_NEGATIONS = {"not", "no", "non", "nicht", "kein", "keine", "nao", "niet", "geen", "pas", "un", "sin", "never"}
# Which kind wins where a longer text holds words of several: "Payment refund failed" failed.
_STRONGEST = ("failed", "void", "part refunded", "refunded", "chargeback", "pending", "return", "other", "billed",
              "paid", "sale")  # fmt: skip

_BY_WORD = {word_key(word): kind for kind, words in reversed(FURTHER_WORDS.items()) for word in words}
_BY_WORD |= {word: kind for kind, words in reversed(_WORDS.items()) for word in words}
# Bare nouns that only a type means: "authorization" beside "sale" is no sale, but they say nothing as part of a text.
_ALONE = {"order", "new", "late", "due", "ok", "sent", "test", "open", "hold", "active", "ready", "payment", "charge",
          "credit", "debit"}  # fmt: skip


@lru_cache(maxsize=4096)
def kind_of(word: str) -> str:
    """The kind of one word or text (see `KINDS`); a longer text is known by the strongest word in it.

    "requires payment method" is pending, "Zahlung fehlgeschlagen" failed; a text with "not" is known only as a whole.
    """
    key = word_key(word)
    if key in _BY_WORD:
        return _BY_WORD[key]
    words = key.split()
    if words[:1] in (["requires"], ["awaiting"], ["pending"], ["waiting"]):
        return "pending"
    if _NEGATIONS & set(words) or len(words) > 8:
        return "unknown"
    inside = {
        _BY_WORD[part]
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
        if (part := " ".join(words[start:end])) in _BY_WORD and (part not in _ALONE)
    }
    return next((kind for kind in _STRONGEST if kind in inside), "unknown")


def kinds_of(words: list[str]) -> dict[str, str]:
    """The distinct words of one column → the kind of each.

    Where all of them name a side of an account (S and H, Dr and Cr, debit and credit), debit is the sale.
    """
    keys = {word: word_key(word) for word in words}
    sides = {_SIDES.get(key) for key in keys.values()}
    if sides == {"sale", "return"}:
        return {word: _SIDES[key] for word, key in keys.items()}
    return {word: kind_of(word) for word in words}


def known_share(cells: pd.Series) -> float:
    """The share of the cells with text whose word is known; 0 for a column with more than 60 different texts."""
    counts = cells.dropna().astype("str").value_counts()
    if not len(counts) or len(counts) > 60:
        return 0.0
    kinds = kinds_of([str(word) for word in counts.index])
    known = [kinds[str(word)] != "unknown" for word in counts.index]
    return float(counts[known].sum() / counts.sum())
