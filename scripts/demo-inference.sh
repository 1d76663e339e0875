#!/usr/bin/env bash
# Second part of scripts/demo.sh --inference, which sources it: attested workers embed text for an unmodified openai client
# that is paid by vouchers; others check what was claimed, and a worker that cheats is found out. Uses DIR, NET, NAME, MODEL,
# WORKERS, PUBLISHER, BASE_PORT and the functions of demo.sh.

OPENAI=openai==3.57.0
# Journals of this run's channels: every local network has the same genesis hash.
export XDG_DATA_HOME=$DIR/data
# Logs are read below.
export NO_COLOR=1
CLIENT_KEY=charlie
PRICE=1000
HONEST=5 # those who offer besides the cheat: a pair and a committee of three check it
CHEAT=$((HONEST + 1))
[ "$WORKERS" -ge "$CHEAT" ] || die "--inference needs $CHEAT workers at least: one that cheats, a pair and a committee of three; not $WORKERS"
[ -x "$BIN/examples/cheating-engine" ] || die "$BIN/examples/cheating-engine, a test program, is missing; build with: cargo build --release --manifest-path inference-engine/Cargo.toml --examples"

python_with_openai() { # prints the python of an environment with the client, made once
    local folder=$HOME/.cache/ballast/openai-client-${OPENAI#openai==}
    if [ ! -f "$folder/complete" ]; then
        python3 -m venv "$folder"
        "$folder/bin/python" -m pip install -q --disable-pip-version-check "$OPENAI" >&2
        touch "$folder/complete"
    fi
    echo "$folder/bin/python"
}

background() { # NAME COMMAND..: stopped with the network, by its process id
    local name=$1; shift
    setsid nohup "$@" >>"$NET/logs/$name.log" 2>&1 </dev/null &
    echo $! >"$NET/pids/$name"
}

until_true() { # WHAT SECONDS COMMAND..
    local what=$1 deadline=$((SECONDS + $2)); shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || die "$what: not in time; see $NET/logs"
        sleep 1
    done
}

inference_port() { echo $((BASE_PORT + 400 + $1)); }
worker_key() { echo "Bob//worker//$1"; }
tier_of() { ballast --json attest status "$(cat "$NET/workers/$1/account")" | field keys.0.tier; }
has_tier() { [ "$(tier_of "$1")" = "$2" ]; }
free_of() { ballast --json balance "$1" | field free; }
bal() { python3 -c 'import sys; print(f"{int(sys.argv[1]) / 1e12:.6f} BAL")' "$1"; }
channel_is() { [ "$(ballast --json channel status "$1" | field "$2")" = "$3" ]; }
channel_is_over() { ! ballast --json channel status "$1"; }
spent_by_client() { python3 - "$1" <<'PY'
import glob, json, os, sys
base = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
book = max(glob.glob(f"{base}/ballast/channels/*/{sys.argv[1]}.json"), key=os.path.getmtime)
print(json.load(open(book))["book"]["spent"])
PY
}

serve() { # I PRICE MORE..: offers the model, and serves it, attested by the development attester
    local i=$1 price=$2 port; shift 2
    port=$(inference_port "$i")
    "$BIN/ballast-inference-worker" init --data-dir "$NET/inference-$i" >/dev/null
    ballast --json --dev-account "$(worker_key "$i")" offer set "$NAME" --endpoint "http://127.0.0.1:$port" \
        --price-in "$price" --max-in 4096 --tier t1 >/dev/null
    background "inference-$i" "$BIN/ballast-inference-worker" serve --data-dir "$NET/inference-$i" --model "$NAME" --chain-url "$BALLAST_URL" \
        --allow-private --listen "127.0.0.1:$port" --dev-account "$(worker_key "$i")" --attest --dev --dev-first-gpu $((i * 10)) \
        --threads 1 --redeem-after 3600 "$@"
}

serves() { # I
    until_true "worker $1" 180 curl -sf -m 5 "http://127.0.0.1:$(inference_port "$1")/health"
    until_true "the tier of worker $1" 180 has_tier "$1" T1
    echo "worker $1 serves with a session key of tier T1"
}

batch() { ballast --json channel status "$1" | field "settlements.0.$2"; }
found_good() { [ "$(batch "$1" verifiers)" != "[]" ]; }
stake_of() { ballast --json worker status "$(cat "$NET/workers/$1/account")" | field stake; }
earned_of() { ballast --json worker record "$(cat "$NET/workers/$1/account")" | field earned; }

say "$HONEST workers offer $NAME from $PRICE BAL a million tokens on, attested by the development attester"
ballast --dev-account alice attest govern set-golden --dev >/dev/null
for i in $(seq 1 "$HONEST"); do serve "$i" $((PRICE + i - 1)); done
for i in $(seq 1 "$HONEST"); do serves "$i"; done
ballast offer list "$NAME"

say "without a voucher nothing is answered"
curl -s -m 10 -o "$DIR/unpaid.json" -w 'HTTP %{http_code}\n' -d "{\"model\":\"$NAME\",\"input\":\"hello\"}" \
    "http://127.0.0.1:$(inference_port 1)/v1/embeddings"
field error.code <"$DIR/unpaid.json"

proxy=127.0.0.1:$((BASE_PORT + 450))
say "an unmodified openai client embeds text through ballast infer-proxy, which pays by vouchers"
background infer-proxy "$BIN/ballast" --url "$BALLAST_URL" --allow-private --dev-account "$CLIENT_KEY" infer-proxy --model "$NAME" \
    --listen "$proxy" --tier t1 --deposit 20
until_true "the proxy" 180 curl -sf -m 5 "http://$proxy/v1/models"
"$(python_with_openai)" - "http://$proxy/v1" "$NAME" <<'PY'
import sys
from openai import OpenAI

client = OpenAI(base_url=sys.argv[1], api_key="none")
texts = ["A validator secures the chain.", "Stake keeps the network honest.", "The cat sleeps on the sofa."]
vectors = [one.embedding for one in client.embeddings.create(model=sys.argv[2], input=texts).data]
near, far = (sum(a * b for a, b in zip(vectors[0], vectors[i])) for i in (1, 2))
print(f"{len(vectors)} vectors of {len(vectors[0])} numbers; cosine {near:.3f} to a related sentence, {far:.3f} to another")
assert near > far
for round in range(40):
    client.embeddings.create(model=sys.argv[2], input=[f"{round}: {text}" for text in texts])
PY

channel=$(ballast --json --dev-account "$CLIENT_KEY" channel list | field 0.channel)
worker=$(ballast --json channel status "$channel" | field worker)
owner=$(ballast --json --dev-account "$PUBLISHER" key inspect | field account)
spent=$(spent_by_client "$channel")
echo "by the client's book, channel $channel owes $(bal "$spent")"

say "the client closes its channel; the worker redeems all claims in one batch"
worker_before=$(free_of "$worker")
ballast --json --dev-account "$CLIENT_KEY" channel close "$channel" >/dev/null
until_true "the redemption" 180 channel_is "$channel" drawn "$spent"
ballast channel status "$channel"
ballast channel check "$channel"
echo "the chain settled what the client's book says: $(bal "$spent")"

say "the chain draws one of the claims, and two other workers that run it again"
until_true "the check" 300 found_good "$channel"
ballast channel status "$channel" | grep checked

say "payment, once the check window of two minutes has closed"
owner_before=$(free_of "$owner")
until_true "the payment" 400 channel_is_over "$channel"
python3 - "$spent" "$worker_before" "$(free_of "$worker")" "$owner_before" "$(free_of "$owner")" <<'PY'
import sys
spent, worker_before, worker, owner_before, owner = map(int, sys.argv[1:])
treasury = spent * 20 // 1000
royalty = (spent - treasury) * 100 // 1000
verifier = treasury // 2 // 2
show = lambda name, planck: print(f"{name:34}{planck / 1e12:.6f} BAL")
show("paid by the client", spent)
show("treasury, 20 per mille less half", treasury - 2 * verifier)
show("each of two verifiers", verifier)
show("owner's royalty, 100 per mille", royalty)
show("worker, the rest", spent - treasury - royalty)
show("worker's balance changed by", worker - worker_before)
show("owner's balance changed by", owner - owner_before)
PY
ballast channel list "$(ballast --json --dev-account "$CLIENT_KEY" key inspect | field account)" || true
for i in $(seq 2 "$HONEST"); do echo "worker $i has earned $(bal "$(earned_of "$i")") by checks"; done

say "worker $CHEAT asks for half, and answers with the model in four bits: cheating-engine, a program for tests alone"
"$BIN/examples/quantise-model" "$MODEL" "$DIR/coarse" 4
CHEAT_MODEL_DIR=$DIR/coarse serve "$CHEAT" $((PRICE / 2)) --engine "$BIN/examples/cheating-engine"
serves "$CHEAT"
cheat=$(cat "$NET/workers/$CHEAT/account")
for round in 1 2 3 4 5; do
    ballast --json --dev-account "$CLIENT_KEY" embed --model "$NAME" --tier t1 --worker "$cheat" --deposit 5 \
        "$round: A validator secures the chain." "$round: Stake keeps the network honest." "$round: The cat sleeps on the sofa." >"$DIR/cheated.json"
done
channel=$(field channel <"$DIR/cheated.json")
spent=$(spent_by_client "$channel")
stake_before=$(stake_of "$CHEAT")
echo "every answer was signed, and the client owes $(bal "$spent") in channel $channel; worker $CHEAT has $(bal "$stake_before") at stake"
ballast --json --dev-account "$CLIENT_KEY" channel close "$channel" >/dev/null
until_true "the redemption" 180 channel_is "$channel" drawn "$spent"
settlement=$(batch "$channel" settlement)
for i in $(seq 1 "$HONEST"); do earned[i]=$(earned_of "$i"); done

say "the chain checks a claim of it"
deadline=$((SECONDS + 900)) stage=
client=$(ballast --json --dev-account "$CLIENT_KEY" key inspect | field account)
while status=$(ballast --json channel status "$channel" 2>/dev/null); do
    [ $SECONDS -lt $deadline ] || die "the sentence: not in time; see $NET/logs"
    # What is free once the channel has ended, and before the batch comes back.
    [ "$(field state <<<"$status")" != ended ] || client_before=$(free_of "$client")
    now=$(field settlements.0.check.stage <<<"$status" 2>/dev/null) || now=$stage
    [ "$now" = "$stage" ] || { stage=$now; ballast channel status "$channel" | grep "^check " || true; }
    sleep 1
done
stake_after=$(stake_of "$CHEAT")
echo "scores that the workers revealed:"
grep -h "revealed a score settlement=$settlement " "$NET"/logs/inference-*.log | sed 's/^/    /'
echo "worker $CHEAT: stake $(bal "$stake_before") before, $(bal "$stake_after") after"
[ "$stake_after" -lt "$stake_before" ] || die "worker $CHEAT was not found out; see $NET/logs"
echo "the client has back $(bal $(($(free_of "$client") - ${client_before:?the channel never ended}))) of $(bal "$spent")"
for i in $(seq 1 "$HONEST"); do echo "worker $i earned $(bal $(($(earned_of "$i") - earned[i]))) by checking it"; done
ballast worker record "$cheat"
