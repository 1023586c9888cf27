# Receive Recado's webhooks: verify by public keys, keep, answer. Ruby 3.1 or later; any Rack server runs it.
#
#     WEBHOOK_KEYS='https://…/accounts/1010/webhook-keys.json?webhookId=wh_…' rackup --host 127.0.0.1 --port 9000 ./keys.rb

require "json"
require "net/http"
require "openssl"

TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000
HOUR, MINUTE = 3600, 60
# What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410).
BEFORE_KEY = ["302a300506032b6570032100"].pack("H*")

# The public keys of one webhook.
class KeySet
  def initialize(url)
    @uri = URI(url)
    @lock = Mutex.new
  end

  # The keys, fetched again where they are older. Where that fails, 500 is answered: the POST comes again.
  def younger_than(seconds)
    @lock.synchronize do
      now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      if @fetched.nil? || now - @fetched >= seconds
        @keys = fetch
        @fetched = now
      end
      @keys
    end
  end

  private

  def fetch
    options = { use_ssl: @uri.scheme == "https", open_timeout: 3, read_timeout: 3 }
    answer = Net::HTTP.start(@uri.hostname, @uri.port, options) { |http| http.get(@uri.request_uri) }
    answer.value # raises unless it is a success
    found = JSON.parse(answer.body)["keys"].select { |key| key["crv"] == "Ed25519" }
    found.map { |key| OpenSSL::PKey.read(BEFORE_KEY + key["x"].tr("-_", "+/").unpack1("m")) }
  end
end

KEYS = KeySet.new(ENV.fetch("WEBHOOK_KEYS"))

# Whether a POST is genuine and fresh; `body` is its bytes as they came.
def verified?(id, timestamp, given, body)
  return false unless timestamp.match?(/\A\d{1,15}\z/) && (Time.now.to_i - timestamp.to_i).abs <= TOLERANCE_SECONDS

  signatures = given.split.filter_map { |each| each.delete_prefix("v1a,").unpack1("m") if each.start_with?("v1a,") }
  return false if signatures.empty?

  content = "#{id}.#{timestamp}.".b + body
  # Earlier keys sign along for 24 hours after a rotation. What no key has signed is looked at with the newest ones,
  # which nobody can make you fetch more often than once a minute.
  [HOUR, MINUTE].any? do |seconds|
    KEYS.younger_than(seconds).any? { |key| signatures.any? { |signature| signed?(key, signature, content) } }
  end
end

def signed?(key, signature, content)
  key.verify(nil, signature, content)
rescue OpenSSL::PKey::PKeyError
  false
end

KEPT = {}
LOCK = Mutex.new

# Keep an event once. Yours: insert it into a table whose key is the event's id, and work on it later.
def keep(event)
  LOCK.synchronize do # a server has several threads
    next if KEPT.key?(event["eventId"])

    KEPT[event["eventId"]] = true
    warn "kept #{event['eventName']} #{event['eventId']}"
  end
end

Keys = lambda do |env|
  body = env["rack.input"]&.read(MOST_BYTES + 1).to_s.b
  next [413, {}, []] if body.bytesize > MOST_BYTES

  headers = %w[HTTP_WEBHOOK_ID HTTP_WEBHOOK_TIMESTAMP HTTP_WEBHOOK_SIGNATURE]
  next [401, {}, []] unless verified?(*headers.map { |name| env.fetch(name, "") }, body)

  JSON.parse(body)["events"].each { |event| keep(event) }
  [202, {}, []]
end
